import { isIP } from 'node:net';
import { percentDecode } from '../../percent-encode.ts';
import type { RawConfig } from '../schema/schema.ts';
import { serversIn } from './asterisk.ts';
import type { CheckContext } from './check-context.ts';

const EXAMPLE = 'postgres://call_events@db.example.com/call_events';

/** The address of the shared queue, with its secrets. @param isNeeded whether there has to be one */
export function checkSharedQueue(raw: RawConfig, isNeeded: boolean, checking: CheckContext): string | undefined {
  const path = ['queue'];
  if (raw.queue === undefined) {
    if (isNeeded) checking.fail(path, `is missing; expected the address of the shared queue, such as ${EXAMPLE}`);
    return undefined;
  }
  const url = checking.resolveSecrets(raw.queue, path, encodeURIComponent);
  const parsed = URL.parse(url.replaceAll(/\$\{[^}]*\}/g, '0'));
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    checking.fail(path, `expected the address of a PostgreSQL database, such as ${EXAMPLE}`);
    return undefined;
  }
  const { username, password, hostname, pathname } = parsed;
  if ([username, password, hostname, pathname].some((part) => percentDecode(part) === undefined)) {
    checking.fail(path, 'has a "%" that stands for nothing; a "%" itself is written %25');
    return undefined;
  }
  if (password !== '' && !checking.keepsReferences) checking.keepSecret(percentDecode(password) ?? password);
  const mode = parsed.searchParams.get('sslmode');
  if (mode !== null && !['disable', 'prefer', 'require', 'verify-ca', 'verify-full'].includes(mode))
    checking.fail(path, `sslmode=${mode}: expected one of: disable, prefer, require, verify-ca, verify-full`);
  for (const { at, raw: asterisk } of serversIn(raw))
    if (asterisk.name === undefined && isThisHost(asterisk.host))
      checking.fail(
        at,
        'needs a `name` beside `queue`: several hosts write into it, and to each of them its own Asterisk is 127.0.0.1',
      );
  return url;
}

const isThisHost = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
