/** Characters that a header's value may have without encoding. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** An encoded word has 75 characters at most (RFC 2047, 2): that many bytes in base64, with what stands around them. */
const MOST_BYTES = 45;

/**
 * A text as the value of a header: on one line, and in encoded words (RFC 2047) where it holds more than printable
 * ASCII, or text that would be read as an encoded word.
 */
export function headerValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end would begin another header
  const line = text.toWellFormed().replaceAll(/[\x00-\x1f\x7f]+/g, ' ');
  if (PRINTABLE_ASCII.test(line) && !line.includes('=?')) return line;
  return wordsOf(line)
    .map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`)
    .join(' ');
}

/** Cuts between characters: each encoded word is decoded by itself, and blanks between the words do not count. */
function wordsOf(text: string): string[] {
  const words = [''];
  let bytes = 0;
  for (const char of text) {
    const size = Buffer.byteLength(char);
    if (bytes + size > MOST_BYTES) {
      words.push('');
      bytes = 0;
    }
    words[words.length - 1] += char;
    bytes += size;
  }
  return words;
}
