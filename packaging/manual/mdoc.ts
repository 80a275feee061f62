/*
 * A little of mdoc(7), the language of manual pages.
 */

/**
 * Running text: a line for each sentence, as mdoc wants it, and none too long. Nothing in it is a request or an escape.
 */
export function text(sentences: string): string {
  return escaped(sentences)
    .split(/(?<=[.!?]) +(?=[A-Z])/)
    .flatMap((sentence) => sentence.match(/.{1,76}(?= |$)/g) ?? [])
    .map((line) => line.trim().replace(/^([.'])/, '\\&$1'))
    .join('\n');
}

/** Arguments of a macro: each is one word, and none is a macro itself. */
export function words(...args: readonly string[]): string {
  return args
    .map((arg) => (/^[A-Za-z]{2,3}$|^[.,:;()[\]?!|]$/.test(arg) ? `\\&${arg}` : quoted(escaped(arg))))
    .join(' ');
}

/** The same with `` `code` `` of Markdown in bold. */
export function fromMarkdown(markdown: string): string {
  return text(markdown).replaceAll(/`([^`]+)`/g, (_, code) => `\\fB${code}\\fR`);
}

/** A list of things with their explanations; `width` is that of the widest thing, in letters. */
export function tagged(items: readonly (readonly [head: string, body: readonly string[]])[], width = 'Ds'): string[] {
  return [`.Bl -tag -width ${width}`, ...items.flatMap(([head, body]) => [`.It ${head}`, ...body]), '.El'];
}

/** The head of a page. @param epoch of its day, in seconds */
export function head(name: string, section: number, system: string, epoch: number, about: string): string[] {
  const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(epoch * 1000);
  return [
    `.Dd ${day}`,
    `.Dt ${name.toUpperCase()} ${section}`,
    `.Os ${words(system)}`,
    '.Sh NAME',
    `.Nm ${name}`,
    `.Nd ${about}`,
  ];
}

const escaped = (plain: string) => plain.replaceAll('\\', '\\e').replaceAll('-', '\\-');
const quoted = (word: string) => (/[\s"]|^$/.test(word) ? `"${word.replaceAll('"', '""')}"` : word);
