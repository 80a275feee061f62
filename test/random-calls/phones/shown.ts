/** Name and number of a From or P-Asserted-Identity header, as a phone shows them. */
export function shownBy(header: string): { name: string; number: string } {
  const [, quoted, plain = '', uri = ''] = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>/.exec(header) ?? [];
  const user = /^sips?:([^@>;]*)@/.exec(uri)?.[1] ?? '';
  return { name: quoted?.replace(/\\(.)/g, '$1') ?? plain.trim(), number: decodeURIComponent(user) };
}
