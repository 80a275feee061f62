/** PostgreSQL's texts hold no NUL, and nothing that is no Unicode. */
export const storableText = (text: string) => text.replaceAll('\0', '\u{2400}').toWellFormed();
