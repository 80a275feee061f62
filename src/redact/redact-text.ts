import { mapFields, redactUrl } from './redact-url.ts';
import { isSecretInAnswer, isSecretName } from './secret-names.ts';

type IsSecret = (name: string, value: string) => boolean;

/** A field of JSON or of similar notations: `"name": value`; also of JSON within a text of JSON: `\"name\": value`. */
const FIELD = /(\\*["'])([^"'\\\n]{1,100})\1(\s*(?::|=>)\s*)/g;

/** The body of a request, form or JSON, without the values of fields with secret names. */
export function redactBody(body: string): string {
  return mapBody(body, () => '***');
}

/** The values of the fields with secret names. */
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
 * A receiver's answer, or any other text, without secrets. It may repeat the request as a form, JSON, a list of headers
 * or HTML.
 */
export function redactText(text: string): string {
  return redactFieldsInProse(
    redactHeaderLines(mapJsonFields(redactUrls(redactCredentials(text)), () => '***', isSecretInAnswer)),
  );
}

/** Redacts whole URLs, and paths with their query as a server logs them. */
const redactUrls = (text: string) =>
  text.replaceAll(/\bhttps?:\/\/[^\s"'<>\\]+|(?<![\w<*/.:])\/\w[^\s"'<>\\]*/gi, (url) => redactUrl(url));

/** `Basic dXNlcjpwYXNz`, `Bearer eyJh…`: the value of an Authorization header. */
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

/** The end of a quoted text that begins here; of any other value, its beginning. */
function endOfQuoted(text: string, start: number, quote: string): number {
  if (!text.startsWith(quote, start)) return start;
  const end = text.indexOf(quote, start + quote.length);
  return end < 0 ? text.length : end + quote.length;
}

/** The end of a JSON value that begins here; of a list or an object with its content. */
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
