import { redactUrl } from '../../redact/redactor.ts';
import type { AttemptResult } from '../http/attempt-result.ts';

/** The decision after an attempt. */
export type Outcome =
  | { outcome: 'delivered' }
  | { outcome: 'retry'; reason: string; notBeforeMs?: number }
  | { outcome: 'dead'; reason: string; suspend?: true };

/** Status codes after which another attempt may help: the receiver is busy, or not ready. */
const TRANSIENT = new Set([408, 425, 429]);

/** A longer Retry-After is cut to this. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** Errors after which another attempt does not help. */
const FINAL_ERRORS = new Set(['REFUSED_ADDRESS', 'ERR_INVALID_URL']);

/**
 * Decides what follows from an attempt's result. Pure.
 * @param refusals how many attempts of this delivery were refused before (4xx, 3xx): a first refusal is confirmed by
 * one more attempt
 * @param now milliseconds since 1970, for a Retry-After that names a date
 * @param accept status codes besides 2xx that count as delivered
 */
export function outcomeOf(
  result: AttemptResult,
  refusals: number,
  now: number,
  accept: readonly number[] = [],
): Outcome {
  if (result.kind === 'error') {
    const reason = `${result.code}: ${result.message}`;
    return FINAL_ERRORS.has(result.code) ? { outcome: 'dead', reason } : { outcome: 'retry', reason };
  }
  const { status } = result;
  if ((status >= 200 && status < 300) || accept.includes(status)) return { outcome: 'delivered' };
  if (status === 410)
    return { outcome: 'dead', reason: 'HTTP 410: the receiver wants no more of these', suspend: true };
  if (TRANSIENT.has(status) || status >= 500) {
    const notBeforeMs = retryAfterMs(result.retryAfter, now);
    return { outcome: 'retry', reason: `HTTP ${status}`, ...(notBeforeMs !== undefined && { notBeforeMs }) };
  }
  const reason =
    status >= 300 && status < 400
      ? `HTTP ${status}: redirects are not followed; it names ${result.location === undefined ? 'no Location' : redactUrl(result.location)}`
      : `HTTP ${status}`;
  return refusals === 0 ? { outcome: 'retry', reason } : { outcome: 'dead', reason };
}

/** Whether a result is one that a second attempt only confirms. */
export function isRefusal(result: AttemptResult): boolean {
  return result.kind === 'answer' && result.status >= 300 && result.status < 500 && !TRANSIENT.has(result.status);
}

/** Whether a result means that the target itself is in trouble, and not just this request. */
export function isTargetTrouble(result: AttemptResult, accept: readonly number[] = []): boolean {
  if (result.kind === 'error') return !FINAL_ERRORS.has(result.code);
  return (result.status >= 500 || result.status === 429) && !accept.includes(result.status);
}

/** A Retry-After in seconds or as a date, within bounds. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : undefined;
}
