import type { IncomingHttpHeaders } from 'node:http';

/** What is known of where a request was made. `no browser`: neither header is there, which every browser sends. */
export type Origin = 'same' | 'other' | 'no browser';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something was made by a page of our own: Fetch Metadata, as CrossOriginProtection of Go 1.25
 * reads it. (What only looks is safe by itself: another page cannot read the answer.)
 * @param host as the browser asked for us
 */
export function originOf(method: string, headers: IncomingHttpHeaders, host: string): Origin {
  if (SAFE.has(method)) return 'same';
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'same' : 'other';
  const { origin } = headers;
  if (origin === undefined) return 'no browser';
  return URL.parse(origin)?.host === canonicalHost(host) ? 'same' : 'other';
}

/** As URL writes it: in lower case, without the port that its scheme has anyway. */
function canonicalHost(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.host;
}
