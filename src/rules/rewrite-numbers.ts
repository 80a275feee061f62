import type { CallParameters } from '../calls/call-event.ts';
import { type NumberRewrite, rewriteNumber } from '../config/number-rewrite.ts';

const REWRITTEN = ['CallerIDNum', 'CalledNumber', 'CalledDID'] as const;

/** The parameters with their numbers as the receiver wants them. */
export function rewriteNumbers(params: CallParameters, rewrites: readonly NumberRewrite[]): CallParameters {
  if (rewrites.length === 0) return params;
  const rewritten = { ...params };
  for (const name of REWRITTEN) {
    const number = params[name];
    if (number === undefined) continue;
    const made = rewriteNumber(number, rewrites);
    // An empty number is as good as unknown.
    if (made === '') delete rewritten[name];
    else rewritten[name] = made;
  }
  return rewritten;
}
