import { percentEncode } from './percent-encode.ts';

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

/** Keeps known secrets out of a text, also where they stand in JSON, a URL or a form. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => {
    if (secret.length < 4) return masked;
    return secretForms(secret).reduce((rest, form) => rest.replaceAll(form, '***'), masked);
  }, text);
}

/** A secret in each form in which it may come up: as it is, within JSON, in a URL or a form. */
function secretForms(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encoded, percentEncode(secret)])];
}

/** A body as it may be shown: without the values of fields that sound secret. */
export function maskBody(body: string): string {
  try {
    const fields: unknown = JSON.parse(body);
    if (typeof fields === 'object' && fields !== null)
      return JSON.stringify(fields, (key, value: unknown) => (SECRET_KEY.test(key) ? '***' : value));
  } catch {
    // It is a form.
  }
  return body.replaceAll(/(^|&)([^=&]*)=([^&]*)/g, (field, start: string, key: string) =>
    SECRET_KEY.test(key) ? `${start}${key}=***` : field,
  );
}

const SECRET_HEADER = /(authorization|cookie|secret|token|password|api-?key|auth|signature)/i;

/** Headers as they may be shown: those that sound secret without their values. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? '***' : value]),
  );
}
