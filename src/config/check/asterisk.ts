import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { nodeErrorCode } from '../../node-error-code.ts';
import type { AsteriskConfig } from '../config.ts';
import type { RawConfig } from '../schema/schema.ts';
import type { CheckContext } from './context.ts';

/** The connection to Asterisk, with its secret, and its certificate authority read. */
export function checkAsterisk(raw: NonNullable<RawConfig['asterisk']>, checking: CheckContext): AsteriskConfig {
  const { fail } = checking;
  const secret = checking.resolveSecrets(raw.secret, ['asterisk', 'secret']);
  if (!checking.keepsReferences) checking.keepSecret(secret);
  if (/[\r\n]/.test(secret)) fail(['asterisk', 'secret'], 'holds a line end, which AMI does not allow');
  if (/[\r\n]/.test(raw.username)) fail(['asterisk', 'username'], 'holds a line end, which AMI does not allow');
  checkHost(raw.host, (message) => fail(['asterisk', 'host'], message));
  return { ...raw, secret, tls: withAuthority(raw.tls, checking) };
}

function checkHost(host: string, fail: (message: string) => void): void {
  if (isIP(host) !== 0) return;
  const [, name, port] = /^([^:/]+):(\d+)$/.exec(host) ?? [];
  if (port !== undefined)
    fail(`"${host}": expected a name or an address alone, with port: ${port} beside host: ${name}`);
  else if (/[\s/:]/.test(host)) fail(`"${host}": expected a name or an address, such as 127.0.0.1 or pbx.example.com`);
}

function withAuthority(tls: AsteriskConfig['tls'], { fail, keepsReferences }: CheckContext): AsteriskConfig['tls'] {
  if (typeof tls === 'boolean' || tls.ca === undefined || keepsReferences) return tls;
  const path = ['asterisk', 'tls', 'ca'];
  try {
    const ca = readFileSync(tls.ca, 'utf8');
    if (!ca.includes('-----BEGIN CERTIFICATE-----')) fail(path, `${tls.ca} holds no certificate in PEM`);
    return { ...tls, ca };
  } catch (error) {
    fail(path, `the file ${tls.ca} cannot be read (${nodeErrorCode(error) ?? 'no reason given'})`);
    return tls;
  }
}
