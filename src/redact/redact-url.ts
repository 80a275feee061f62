import { isSecretName, isSecretSegment } from './secret-names.ts';

/** A reference to a secret is not the secret: `${file:/path}` helps to find a mistake. */
const REFERENCE = /^\$\{(?:file|env|credential):[^}]*\}$/;

/** Scheme and host with user and password before it; path; query; fragment. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*:[/\\]{2})?([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;

/**
 * A URL without user and password, without the values of parameters with secret names, and without path segments that
 * are tokens. The rest stays byte for byte, so that it can be compared with the URL that was sent.
 */
export function redactUrl(url: string): string {
  return mapSecrets(url, () => '***');
}

/** The secrets that a URL contains literally. */
export function secretsInUrl(url: string): string[] {
  const found: string[] = [];
  mapSecrets(url, (secret) => {
    found.push(secret);
    return secret;
  });
  return found;
}

function mapSecrets(url: string, map: (secret: string) => string): string {
  const [, scheme = '', host = '', path = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  const at = host.lastIndexOf('@');
  const user = at < 0 ? '' : `${mapUser(host.slice(0, at), map)}@`;
  return `${scheme}${user}${host.slice(at + 1)}${mapPath(path, map)}${mapFields(query, map)}${mapFields(fragment, map)}`;
}

/** The name of a user is as private as the password: it may be a key (`https://KEY:@host/`). */
function mapUser(text: string, map: (secret: string) => string): string {
  const colon = text.indexOf(':');
  if (colon < 0) return map(text);
  map(text.slice(colon + 1));
  return map(text.slice(0, colon)) === '***' ? '***' : text;
}

function mapPath(path: string, map: (secret: string) => string): string {
  // It names no token, and is too short to contain one.
  if (path.length < 24 && !/\d|;|key|token|secret/i.test(path)) return path;
  const segments = path.split('/');
  return segments
    .map((segment, index) => {
      const [name = '', ...fields] = segment.split(/(?=;)/);
      const shown = isSecretSegment(name, segments.slice(0, index)) ? map(name) : name;
      return shown + fields.map((field) => mapFields(field, map)).join('');
    })
    .join('/');
}

/** Replaces the secret values of `name=value`, at the beginning or after `?`, `&`, `;` or `#`. */
export function mapFields(
  text: string,
  map: (secret: string) => string,
  isSecret: (name: string, value: string) => boolean = isSecretName,
): string {
  return text.replaceAll(/(^|[?&;#])([^?&;#=]+)=([^&;#]*)/g, (field, sign: string, name: string, value: string) =>
    value === '' || REFERENCE.test(value) || !isSecret(name, value) ? field : `${sign}${name}=${map(value)}`,
  );
}
