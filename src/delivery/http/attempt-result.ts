/** What came of one attempt. */
export type AttemptResult =
  | { kind: 'answer'; status: number; location?: string; retryAfter?: string; answer: string }
  /** No answer: the code of the error (`ECONNREFUSED`, `DEADLINE`) and what to say of it. */
  | { kind: 'error'; code: string; message: string };
