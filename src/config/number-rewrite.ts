import { RE2JS } from 're2js';

/** One `numbers` rule. RE2 runs in linear time: no expression can hang the service. */
export interface NumberRewrite {
  pattern: RE2JS;
  replacement: string;
}

/** @param numbers the `numbers` of config.yaml, checked already. @throws an error of RE2 for a wrong expression */
export function compileRewrites(numbers: readonly { match: string; replace: string }[]): NumberRewrite[] {
  return numbers.map(({ match, replace }) => ({ pattern: RE2JS.compile(match), replacement: replace }));
}

/** Applies all rules in their order, each to the result of the one before. */
export function rewriteNumber(number: string, rewrites: readonly NumberRewrite[]): string {
  return rewrites.reduce((value, { pattern, replacement }) => pattern.matcher(value).replaceAll(replacement), number);
}
