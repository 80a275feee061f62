import { percentDecode } from '../percent-encode.ts';
import { secretsInBody } from './redact-text.ts';
import { secretsInUrl } from './redact-url.ts';
import { isSecretName } from './secret-names.ts';

/** Shorter secrets, and plain words, occur in other texts by chance: these are redacted only beside their names. */
const isWorthKnowing = (text: string) => text.length >= 16 || (text.length >= 8 && !/^[a-z]+$|^\d+$/i.test(text));

/**
 * Secrets that a rule contains literally. They become known secrets, so that they are redacted too where a receiver's
 * answer or an error repeats them without their names.
 */
export function secretsInRule(
  url: string,
  fields: Iterable<readonly [name: string, value: string]>,
): readonly string[] {
  const found = [...secretsInUrl(url).map(percentDecoded), ...secretsInFields(fields)];
  return found.filter((text) => isWorthKnowing(text) && !text.includes('${') && !/\{[^{}]+\}/.test(text));
}

/** A request as it was sent. */
export interface SentParts {
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

/** All probable secrets of one request: its receiver may repeat them under other names, or without a name. */
export function secretsInRequest({ url, headers, body = '' }: SentParts): readonly string[] {
  return [
    ...secretsInUrl(url).map(percentDecoded),
    ...secretsInFields(Object.entries(headers)),
    ...secretsInBody(body).map(percentDecoded),
  ];
}

function secretsInFields(fields: Iterable<readonly [name: string, value: string]>): string[] {
  return [...fields].flatMap(([name, value]) =>
    isSecretName(name) ? [value.replace(/^(?:Basic|Bearer|Token|ApiKey) +/i, '')] : [],
  );
}

const percentDecoded = (text: string) => percentDecode(text) ?? text;
