/** The `code` of an error of Node: `ENOENT`; absent when it has none. */
export function nodeErrorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
