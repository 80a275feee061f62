import type { AttemptResult } from '../delivery/http/attempt-result.ts';
import { meaningOfAnswer } from './answer-meaning.ts';
import { meaningOfError } from './error-meaning.ts';

/** What an answer, or that there was none, says of a rule. */
export interface Meaning {
  /** `the receiver wants POST` */
  text: string;
  /** What to change, as one goes on after "so": ``give the rule `method: POST` ``; absent: nothing that is known here. */
  remedy?: string;
}

/** The request, as it was sent. */
export interface SentTo {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
}

/**
 * What a result means for the rule that the request was made from. Pure, and only a guess where the receiver does not
 * say: for people, never for a decision.
 * @returns absent: all is well, or nothing is known of it
 */
export function meaningOf(result: AttemptResult, request: SentTo): Meaning | undefined {
  return result.kind === 'error' ? meaningOfError(result, request) : meaningOfAnswer(result, request);
}
