const SECRET_KEY = /(secret|token|pass(word|wd)?|api_?key|^key$|auth|signature|^sig$)/i;

/** A URL as it may stand in a log: without user, password and the values of keys that sound secret. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return url.replace(/\?.*$/s, '?…');
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') {
    parsed.username = '***';
    parsed.password = '';
  }
  for (const key of [...parsed.searchParams.keys()]) if (SECRET_KEY.test(key)) parsed.searchParams.set(key, '***');
  return parsed.toString();
}

/** Keeps known secrets out of a text. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => (secret.length < 4 ? masked : masked.replaceAll(secret, '***')), text);
}

const SECRET_HEADER = /(authorization|cookie|secret|token|password|api-?key|auth|signature)/i;

/** Headers as they may be shown: those that sound secret without their values. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? '***' : value]),
  );
}
