/**
 * Percent-encoded UTF-8 that stands in any part of a URL or a form: as `encodeURIComponent`, which leaves `!'()*` and
 * throws at half a surrogate pair. A blank is %20: every receiver reads that.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @returns `undefined` where a `%` stands for nothing, or for what is not UTF-8 */
export function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
