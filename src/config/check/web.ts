// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { nodeErrorCode } from '../../node-error-code.ts';
import { parsePasswordHash } from '../../password-hash.ts';
import type { LoadOptions } from '../load-options.ts';
import type { RawConfig } from '../schema/schema.ts';
import type { CheckContext, Path } from './check-context.ts';

type Web = RawConfig['web'];

/** The user name that goes with `web.password`. */
const ADMIN = 'admin';
/** A shorter token can be guessed. */
const LEAST_TOKEN = 16;

/** The page and the API, with their passwords and tokens. Without `enabled` no other key is required. */
export function checkWeb(raw: Web, checking: CheckContext, options: LoadOptions): Web {
  const { fail } = checking;
  const password = raw.password && checkPassword(raw.password, ['web', 'password'], checking);
  const names = new Set([ADMIN]);
  const users = raw.users.map((user, index) => {
    if (names.size === names.add(user.name).size)
      fail(
        ['web', 'users', index, 'name'],
        user.name === ADMIN
          ? '"admin" is the name of the one whose password is web.password'
          : `"${user.name}" is there already`,
      );
    return { ...user, password: checkPassword(user.password, ['web', 'users', index, 'password'], checking) };
  });
  const tokens = checkTokens(raw.tokens, checking);
  raw.trustProxy.forEach((address, index) => {
    if (!ipaddr.isValid(address) && !ipaddr.isValidCIDR(address))
      fail(
        ['web', 'trustProxy', index],
        `"${address}": expected the address or network of a proxy, such as 127.0.0.1 or 10.0.0.0/8`,
      );
  });
  raw.names.forEach((name, index) => {
    if (!/^[\w-]+(\.[\w-]+)*\.?$/.test(name) && isIP(name) === 0)
      fail(
        ['web', 'names', index],
        `"${name}": expected a host name alone, without scheme, port or path, such as pbx.example.com`,
      );
  });
  if (raw.tls !== undefined && !checking.keepsReferences) checkTls(raw.tls, checking);
  if (raw.enabled) checkEnabled(raw, checking, options);
  return { ...raw, ...(password !== undefined && { password }), users, tokens };
}

function checkEnabled(raw: Web, checking: CheckContext, options: LoadOptions): void {
  if (raw.password === undefined && raw.users.length === 0 && options.webPassword !== 'optional')
    checking.failKey(
      ['web'],
      'enabled',
      'the page needs a password: `call-events password` makes the line for web.password',
    );
  if (isLoopback(raw.host) || raw.tls !== undefined || raw.trustProxy.length > 0) return;
  checking.fail(
    ['web', 'host'],
    `"${raw.host}": passwords would cross the network in the clear; give it a certificate (web.tls), or name the proxy that has one (web.trustProxy), or leave host at 127.0.0.1 and come through ssh -L ${raw.port}:127.0.0.1:${raw.port}`,
  );
}

function checkPassword(text: string, path: Path, checking: CheckContext): string {
  const password = checking.resolveSecrets(text, path);
  if (checking.keepsReferences) return password;
  checking.keepSecret(password);
  // A reference that could not be fetched is reported already.
  if (password !== '' && parsePasswordHash(password) === undefined)
    checking.fail(
      path,
      'is not a hash of a password; `call-events password` makes one, and prints the line to put here',
    );
  return password;
}

function checkTokens(raw: Web['tokens'], checking: CheckContext): Web['tokens'] {
  const names = new Set<string>();
  const known = new Set<string>();
  return raw.map((one, index) => {
    const path = ['web', 'tokens', index];
    if (names.size === names.add(one.name).size) checking.fail([...path, 'name'], `"${one.name}" is there already`);
    const token = checking.resolveSecrets(one.token, [...path, 'token']);
    if (checking.keepsReferences || token === '') return { ...one, token };
    checking.keepSecret(token);
    if (token.length < LEAST_TOKEN || !/^[\x21-\x7e]+$/.test(token))
      checking.fail(
        [...path, 'token'],
        `expected at least ${LEAST_TOKEN} letters, digits and signs without blanks; \`openssl rand -hex 24\` makes one`,
      );
    else if (known.size === known.add(token).size) checking.fail([...path, 'token'], 'is that of another name, too');
    return { ...one, token };
  });
}

/** Reads certificate and key, so that `check` reports a wrong file, before the page is missing. */
function checkTls({ cert, key }: NonNullable<Web['tls']>, checking: CheckContext): void {
  const read = <Kind>(name: 'cert' | 'key', file: string, what: string, parse: (text: string) => Kind) => {
    try {
      return parse(readFileSync(file, 'utf8'));
    } catch (error) {
      const code = nodeErrorCode(error);
      const isFileError = code !== undefined && !code.startsWith('ERR_');
      checking.fail(
        ['web', 'tls', name],
        isFileError ? `the file ${file} cannot be read (${code})` : `${file} holds no ${what} in PEM`,
      );
      return undefined;
    }
  };
  const certificate = read('cert', cert, 'certificate', (text) => new X509Certificate(text));
  const privateKey = read('key', key, 'private key', (text) => createPrivateKey(text));
  if (certificate !== undefined && privateKey !== undefined && !certificate.checkPrivateKey(privateKey))
    checking.fail(['web', 'tls', 'key'], `${key} is not the private key of the certificate in ${cert}`);
}

/** Whether only this machine reaches the page. */
function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return host.toLowerCase() === 'localhost';
  return ipaddr.process(host).range() === 'loopback';
}
