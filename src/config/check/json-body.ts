import type { JsonTemplate } from '../config.ts';
import { isJsonScalar } from '../yaml/json-scalar.ts';
import type { CheckContext, Path } from './check-context.ts';

/**
 * A rule's own body, with numbers and switches as JSON has them where they stand without quotes.
 * @param checkText gives the text at a path with its secrets, and reports what is wrong in it
 */
export function checkJsonBody(
  body: unknown,
  at: Path,
  checkText: (text: string, at: Path) => string,
  checking: Pick<CheckContext, 'isQuoted'>,
): JsonTemplate {
  if (typeof body === 'string')
    return isJsonScalar(body) && !checking.isQuoted(at) ? JSON.parse(body) : checkText(body, at);
  if (Array.isArray(body)) return body.map((one, index) => checkJsonBody(one, [...at, index], checkText, checking));
  if (typeof body !== 'object' || body === null) return null;
  return Object.fromEntries(
    Object.entries(body).map(([key, one]) => [key, checkJsonBody(one, [...at, key], checkText, checking)]),
  );
}

/** Whether a value's meaning depends on its quotes, which only the file shows. */
export function dependsOnQuotes(body: unknown): boolean {
  if (typeof body === 'string') return isJsonScalar(body);
  return typeof body === 'object' && body !== null && Object.values(body).some(dependsOnQuotes);
}

/** Every text of a body with the key that it stands under. */
export function textsOfBody(body: unknown, key = ''): [key: string, text: string][] {
  if (typeof body === 'string') return [[key, body]];
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, one]) => textsOfBody(one, Array.isArray(body) ? key : name));
}
