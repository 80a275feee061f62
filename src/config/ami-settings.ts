import { amiRightsOf } from './ami-rights.ts';
import type { AsteriskConfig, Config } from './config.ts';
import { ConfigError } from './config-problem.ts';
import { installedOutbox } from './installed-paths.ts';

/**
 * The server with this name; with none, the only one.
 * @throws ConfigError when there is no such server, or a name is needed
 */
export function serverOf({ servers, file }: Config, name?: string): AsteriskConfig {
  const found = name === undefined && servers.length === 1 ? servers[0] : servers.find(({ server }) => server === name);
  if (found !== undefined) return found;
  const names = servers.map(({ server }) => server).join(', ');
  const message =
    servers.length === 0
      ? 'is missing; expected the connection to Asterisk'
      : name === undefined
        ? `has several servers: name one of them with --server (${names})`
        : `has no server "${name}"; expected one of: ${names}`;
  throw new ConfigError(file, [{ line: 1, column: 1, key: 'asterisk', message }]);
}

/** What the session with a server has to know, as config.yaml says. */
export function amiSettingsOf(config: Config, asterisk: AsteriskConfig) {
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

type Tls = Exclude<AsteriskConfig['tls'], false>;

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
