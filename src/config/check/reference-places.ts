// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { hasReference, REFERENCE } from '../resolve-references.ts';

/**
 * The message about a `${` that begins no reference; absent when there is none. The text, which may be a secret, is not
 * quoted.
 */
export function misspeltReference(text: string): string | undefined {
  if (!text.replaceAll(REFERENCE, '').includes('${')) return undefined;
  return '"${" begins a reference to a secret: expected ${file:/path}, ${env:NAME} or ${credential:NAME}. A secret that holds "${" itself can be kept in a file';
}

/** Keys whose texts may contain references; in notes they do no harm. */
const PLACES = /(^|\.)(queue|secret|secrets|url|headers|params|body|notes|password|token|proxy)(\.|$)/;

/** Reports every reference at a key where references are not resolved: its text would be taken literally. */
export function checkPlacesOfReferences(
  value: unknown,
  fail: (path: readonly (string | number)[], message: string) => void,
  path: readonly (string | number)[] = [],
): void {
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, one] of Object.entries(value)) {
    if (typeof one !== 'string' && typeof one !== 'object') continue;
    if (typeof one === 'string' && !hasReference(one)) continue;
    const here = [...path, isList ? Number(key) : key];
    if (typeof one !== 'string') checkPlacesOfReferences(one, fail, here);
    else if (!PLACES.test(here.join('.')))
      fail(
        here,
        'secrets are not fetched here, but in asterisk.secret, url, headers, params, body, signing.secrets, delivery.proxy and the passwords and tokens of web',
      );
  }
}
