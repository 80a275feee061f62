import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';

/** The most that is kept of an answer's headers, which a receiver can make as long as it likes. */
const KEPT_HEADER_CHARACTERS = 4096;

/** Only the beginning of a compressed answer is kept: unpacks as much of it as possible. */
const PARTIAL = { finishFlush: constants.Z_SYNC_FLUSH };
const UNPACK: Readonly<Record<string, (bytes: Buffer, maxOutputLength: number) => Buffer>> = {
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { ...PARTIAL, maxOutputLength }),
  'x-gzip': (bytes, maxOutputLength) => gunzipSync(bytes, { ...PARTIAL, maxOutputLength }),
  deflate: (bytes, maxOutputLength) => inflateSync(bytes, { ...PARTIAL, maxOutputLength }),
  br: (bytes, maxOutputLength) =>
    brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength }),
};

/** A page of zeros unpacks to a thousand times its size: above this limit an answer stays compressed. */
const MOST_UNPACKED_BYTES = 1_048_576;

/**
 * The beginning of an answer's body as text. We ask for no compression; some receivers compress it all the same.
 * @param most bytes, before they are decoded
 */
export function answerText(bytes: Buffer, headers: IncomingHttpHeaders, most: number): string {
  return decoded(unpacked(bytes.subarray(0, most), headers).subarray(0, most), headers['content-type']);
}

function unpacked(bytes: Buffer, headers: IncomingHttpHeaders): Buffer {
  const encoding = headers['content-encoding'];
  const unpack = encoding === undefined ? undefined : UNPACK[encoding.trim().toLowerCase()];
  if (unpack === undefined || bytes.length === 0) return bytes;
  try {
    return unpack(bytes, MOST_UNPACKED_BYTES);
  } catch {
    // It is not compressed as its header says, or unpacks to too much.
    return bytes;
  }
}

function decoded(bytes: Buffer, type: string | undefined): string {
  const charset = /charset="?([\w-]+)/i.exec(type ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset === 'utf-8' || charset === 'utf8') return bytes.toString();
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString();
  }
}

/** The headers of an answer to keep: in their order, as many as there is room for. */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: [string, string][] = [];
  let characters = 0;
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    characters += name.length + text.length;
    // Headers that decide about the next attempt are always kept.
    if (characters <= KEPT_HEADER_CHARACTERS || name === 'location' || name === 'retry-after') kept.push([name, text]);
  }
  return Object.fromEntries(kept);
}
