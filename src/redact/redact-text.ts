import { mapFields, redactUrl } from './redact-url.ts';
import { isSecretInAnswer, isSecretName } from './secret-names.ts';

type IsSecret = (name: string, value: string) => boolean;

/** The fields of JSON and its like: `"name": value`; also of JSON within a text of JSON: `\"name\": value`. */
const FIELD = /(\\*["'])([^"'\\\n]{1,100})\1(\s*(?::|=>)\s*)/g;

/** A body that is sent, form or JSON, as it may be shown: without the values of fields that sound secret. */
export function redactBody(body: string): string {
  return mapBody(body, () => '***');
}

/** The values of these fields. */
export function secretsInBody(body: string): string[] {
  const found: string[] = [];
  mapBody(body, (secret) => {
    found.push(secret);
    return secret;
  });
  return found;
}

const mapBody = (body: string, map: (secret: string) => string) =>
  /^\s*[[{]/.test(body) ? mapJsonFields(body, map, isSecretName) : mapFields(body, map);

/**
 * What a receiver answers, or any other text, as it may be shown: it may repeat the request, as a form, JSON, a list of
 * headers or a page.
 */
export function redactText(text: string): string {
  return redactFieldsInProse(
    redactHeaderLines(mapJsonFields(redactUrls(redactCredentials(text)), () => '***', isSecretInAnswer)),
  );
}

/** Whole URLs, and paths with their query as a server has them. */
const redactUrls = (text: string) =>
  text.replaceAll(/\bhttps?:\/\/[^\s"'<>\\]+|(?<![\w<*/.:])\/\w[^\s"'<>\\]*/gi, (url) => redactUrl(url));

/** `Basic dXNlcjpwYXNz`, `Bearer eyJh…`: what stands in an Authorization. */
const redactCredentials = (text: string) =>
  text.replaceAll(
    /\b(Basic|Bearer)((?:\s|%20|\+)+)[\w.~+/=%-]{6,}/gi,
    (_, scheme: string, blank: string) => `${scheme}${blank}***`,
  );

const redactHeaderLines = (text: string) =>
  text.replaceAll(/^([\w-]{2,60})(:[ \t]*)(\S.*)$/gm, (line, name: string, colon: string, value: string) =>
    isSecretInAnswer(name, value) && value !== '***' ? `${name}${colon}***` : line,
  );

const redactFieldsInProse = (text: string) =>
  text.replaceAll(/(?<![\w%.-])([\w.%-]{2,60})=([^\s&;"'<>]+)/g, (field, name: string, value: string) =>
    isSecretInAnswer(name, value) ? `${name}=***` : field,
  );

function mapJsonFields(text: string, map: (secret: string) => string, isSecret: IsSecret): string {
  let redacted = '';
  let at = 0;
  FIELD.lastIndex = 0;
  for (let field = FIELD.exec(text); field !== null; field = FIELD.exec(text)) {
    const [, quote = '"', name = ''] = field;
    const start = FIELD.lastIndex;
    const end = quote.length > 1 ? endOfQuoted(text, start, quote) : endOfValue(text, start);
    const value = text.slice(start, end);
    const plain = value.startsWith(quote) ? value.slice(quote.length, -quote.length) : value;
    if (plain === '' || plain === 'null' || !isSecret(name, plain)) continue;
    redacted += `${text.slice(at, start)}${quote}${map(plain)}${quote}`;
    at = end;
    FIELD.lastIndex = end;
  }
  return redacted + text.slice(at);
}

/** Where a text ends that is quoted so, and begins here; a value of another kind ends at once. */
function endOfQuoted(text: string, start: number, quote: string): number {
  if (!text.startsWith(quote, start)) return start;
  const end = text.indexOf(quote, start + quote.length);
  return end < 0 ? text.length : end + quote.length;
}

/** Where a value of JSON ends that begins here; of a list or a map with all that is in it. */
function endOfValue(text: string, start: number): number {
  const scalar = /(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[^\s:,\]}"'[{][^\s:,\]}"'[{]*)/y;
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const char = text[at] ?? '';
    if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
    else {
      scalar.lastIndex = at;
      const [found = ''] = scalar.exec(text) ?? [];
      if (found !== '') {
        at += found.length;
        if (depth === 0) return at;
        continue;
      }
    }
    at++;
    if (depth <= 0) return at;
  }
  return text.length;
}
