/** A request as a curl command for a shell. Its secrets were redacted before, to `***`. */
export function curlOf(request: {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
}): string {
  const { method, url, headers, body } = request;
  const parts = [
    // So that curl does not take brackets in the URL for a pattern.
    `curl --globoff --request ${quoted(method)}`,
    // As the value of an option: otherwise a URL that begins with a dash would be an option itself.
    `--url ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    // Not --data, which would read a file where the body begins with @.
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

/** A text as one word of a shell, whatever it holds; control characters in the way that bash, zsh and ksh read. */
function quoted(text: string): string {
  if (/^[\w./:=+-]+$/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (!/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\\' || character === "'") return `\\${character}`;
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    const isSteering = (code >= 0x80 && code < 0xa0) || /[\u2028-\u202e\u2066-\u2069]/.test(character);
    return isSteering ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  });
  return `$'${escaped.join('')}'`;
}
