import { RE2JS } from 're2js';
import type { CallParameters } from '../calls/call-event.ts';

/** One `numbers` rule. RE2 runs in linear time: no expression can hang the service. */
export interface NumberRewrite {
  pattern: RE2JS;
  replacement: string;
}

export function compileRewrites(numbers: readonly { match: string; replace: string }[]): NumberRewrite[] {
  return numbers.map(({ match, replace }) => ({ pattern: RE2JS.compile(match), replacement: replace }));
}

/** Every rule in its order, each on what the one before it made. */
export function rewriteNumber(number: string, rewrites: readonly NumberRewrite[]): string {
  return rewrites.reduce((value, { pattern, replacement }) => pattern.matcher(value).replaceAll(replacement), number);
}

const REWRITTEN = ['CallerIDNum', 'CalledNumber', 'CalledDID'] as const;

/** The parameters with their numbers as the receiver wants them. */
export function rewriteNumbers(params: CallParameters, rewrites: readonly NumberRewrite[]): CallParameters {
  if (rewrites.length === 0) return params;
  const rewritten = { ...params };
  for (const name of REWRITTEN) {
    const number = params[name];
    if (number === undefined) continue;
    const made = rewriteNumber(number, rewrites);
    // Nothing is left of it: it is as good as unknown.
    if (made === '') delete rewritten[name];
    else rewritten[name] = made;
  }
  return rewritten;
}
