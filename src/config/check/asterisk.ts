import { isIP } from 'node:net';
import type { AsteriskConfig } from '../config.ts';
import type { RawAsterisk, RawConfig } from '../schema/schema.ts';
import type { CheckContext, Path } from './check-context.ts';
import { readCertificates } from './receivers.ts';
import { checkVariables } from './rule.ts';

/** Every Asterisk server with its place in config.yaml; its name is empty where there is no list. */
export function serversIn(
  raw: RawConfig,
): { server: string; at: Path; raw: RawAsterisk; own: RawConfig['extensions'] }[] {
  const { asterisk } = raw;
  if (asterisk === undefined) return [];
  if (!Array.isArray(asterisk)) return [{ server: '', at: ['asterisk'], raw: asterisk, own: {} }];
  return asterisk.map(({ extensions, ...one }, index) => ({
    server: one.name,
    at: ['asterisk', index],
    raw: one,
    own: extensions,
  }));
}

/** The connections to Asterisk, each with its secret, and its certificate authority read. */
export function checkServers(raw: RawConfig, checking: CheckContext): AsteriskConfig[] {
  const names = new Set<string>();
  const users = new Map<string, string>();
  return serversIn(raw).map(({ server, at, raw: one }) => {
    if (names.size === names.add(server).size)
      checking.fail([...at, 'name'], `"${server}" is the name of another server already; each has one of its own`);
    const user = `${one.host}:${one.port}`;
    const other = users.get(user);
    if (other !== undefined)
      checking.fail([...at, 'host'], `${user} is the server ${other} already; each request would be sent twice`);
    users.set(user, server);
    checkVariables(one.variables, [...at, 'variables'], checking);
    return { ...checkAsterisk(one, at, checking), server };
  });
}

function checkAsterisk(raw: RawAsterisk, at: Path, checking: CheckContext): RawAsterisk {
  const { fail } = checking;
  const secret = checking.resolveSecrets(raw.secret, [...at, 'secret']);
  if (!checking.keepsReferences) checking.keepSecret(secret);
  if (/[\r\n]/.test(secret)) fail([...at, 'secret'], 'holds a line end, which AMI does not allow');
  if (/[\r\n]/.test(raw.username)) fail([...at, 'username'], 'holds a line end, which AMI does not allow');
  checkHost(raw.host, (message) => fail([...at, 'host'], message));
  return { ...raw, secret, tls: withAuthority(raw.tls, [...at, 'tls', 'ca'], checking) };
}

function checkHost(host: string, fail: (message: string) => void): void {
  if (isIP(host) !== 0) return;
  const [, name, port] = /^([^:/]+):(\d+)$/.exec(host) ?? [];
  if (port !== undefined)
    fail(`"${host}": expected a name or an address alone, with port: ${port} beside host: ${name}`);
  else if (/[\s/:]/.test(host)) fail(`"${host}": expected a name or an address, such as 127.0.0.1 or pbx.example.com`);
}

function withAuthority(tls: RawAsterisk['tls'], at: Path, checking: CheckContext): RawAsterisk['tls'] {
  if (typeof tls === 'boolean') return tls;
  const ca = readCertificates(tls.ca, at, checking);
  return ca === undefined ? tls : { ...tls, ca };
}
