import type { IncomingHttpHeaders } from 'node:http';

/** The origin of a request. `no browser`: both headers that every browser sends are missing. */
export type Origin = 'same' | 'other' | 'no browser';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something comes from a page of our own, by Fetch Metadata as in CrossOriginProtection
 * of Go 1.25. (GET needs no check: a page of another site cannot read the answer.)
 * @param host the Host header
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
