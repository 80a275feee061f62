import type { AttemptResult } from '../delivery/http/attempt-result.ts';
import { meaningOfAnswer } from './answer-meaning.ts';
import { meaningOfError } from './error-meaning.ts';

/** The probable mistake in a rule, judging by an answer or its absence. */
export interface Meaning {
  /** `the receiver wants POST` */
  text: string;
  /** What to change, as the rest of a sentence after "so": ``give the rule `method: POST` ``; absent: not known. */
  remedy?: string;
}

/** The parts of a sent request that its answer is explained by. */
export interface ExplainedRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
}

/**
 * Explains a result for the rule that made the request. Pure, and a guess where the receiver does not give a reason:
 * for people, never for a decision.
 * @returns absent: the request was delivered, or there is no explanation
 */
export function meaningOf(result: AttemptResult, request: ExplainedRequest): Meaning | undefined {
  return result.kind === 'error' ? meaningOfError(result, request) : meaningOfAnswer(result, request);
}
