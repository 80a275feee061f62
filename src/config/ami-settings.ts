import { amiRightsOf } from './ami-rights.ts';
import type { Config } from './config.ts';
import { installedOutbox } from './installed.ts';
import { ConfigError } from './problem.ts';

/**
 * What the AMI session has to know, as config.yaml says.
 * @throws ConfigError when there is no `asterisk`
 */
export function amiSettingsOf(config: Config) {
  const { asterisk, file } = config;
  if (asterisk === undefined)
    throw new ConfigError(file, [
      { line: 1, column: 1, key: 'asterisk', message: 'is missing; expected the connection to Asterisk' },
    ]);
  const { host, port, username, secret, tls } = asterisk;
  return {
    host,
    port,
    username,
    secret,
    ...(tls !== false && { tls: tlsSettings(tls) }),
    eventMask: amiRightsOf(config).read.join(','),
    connectTimeout: asterisk.connectTimeout,
    answerTimeout: asterisk.loginTimeout,
    pingInterval: asterisk.pingInterval,
    listInterval: asterisk.listInterval,
  };
}

type Tls = Exclude<NonNullable<Config['asterisk']>['tls'], false>;

function tlsSettings(tls: Tls) {
  if (typeof tls === 'boolean') return {};
  const { ca, servername, rejectUnauthorized } = tls;
  return {
    ...(ca !== undefined && { ca }),
    ...(servername !== undefined && { servername }),
    rejectUnauthorized,
  };
}

/** Where the outbox is: `outbox`, else systemd's state directory, else that of the installed service, else here. */
export function outboxPathOf({ outbox, file }: Pick<Config, 'outbox' | 'file'>, env: NodeJS.ProcessEnv): string {
  return outbox ?? installedOutbox(file, env) ?? './call-events.db';
}
