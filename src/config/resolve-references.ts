// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeErrorCode } from '../node-error-code.ts';
import { installedConfigDirectory } from './installed-paths.ts';

/** A reference to a secret that is kept outside of config.yaml. */
export const REFERENCE = /\$\{(file|env|credential):([^}]*)\}/g;

/** A secret cannot be fetched; the message says what to do and never contains the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code = 'NO_SECRET';
}

export function hasReference(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/**
 * Replaces with their secrets `${file:/path}`, `${env:NAME}` and `${credential:NAME}` (a file in systemd's
 * $CREDENTIALS_DIRECTORY, or in /etc/call-events where systemd gives none). A file's last line end is not part of the
 * secret.
 *
 * @param found receives every secret, so that it can be kept out of logs
 * @param written how a secret is written in the text that it is put into
 * @throws SecretError when one is missing or empty
 */
export function resolveReferences(
  text: string,
  env: NodeJS.ProcessEnv,
  found: (secret: string) => void,
  written = (secret: string) => secret,
): string {
  return text.replaceAll(REFERENCE, (_, kind: string, given: string) => {
    const name = given.trim();
    const secret = fetchSecret(kind, name, env);
    if (secret === '') throw new SecretError(`the secret \${${kind}:${name}} is empty`);
    found(secret);
    return written(secret);
  });
}

function fetchSecret(kind: string, name: string, env: NodeJS.ProcessEnv): string {
  if (name === '') throw new SecretError(`\${${kind}:} names nothing`);
  if (kind === 'env') {
    const value = env[name];
    if (value === undefined) throw new SecretError(`the environment variable ${name} is not set`);
    return value;
  }
  if (kind === 'file') return readSecret(name);
  if (name.includes('/')) throw new SecretError(`a credential's name has no "/"`);
  if (env.CREDENTIALS_DIRECTORY !== undefined) return readSecret(join(env.CREDENTIALS_DIRECTORY, name));
  // Outside systemd: the file that the unit loads the credential from.
  return readSecret(join(installedConfigDirectory(env), name));
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const code = nodeErrorCode(error);
    if (code === 'ENOENT') throw new SecretError(`there is no file ${path}`);
    if (code === 'EACCES') throw new SecretError(`the file ${path} may not be read by this user`);
    if (code === 'EISDIR') throw new SecretError(`${path} is a directory`);
    throw new SecretError(`the file ${path} cannot be read (${String(code)})`);
  }
}
