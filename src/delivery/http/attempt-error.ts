/** An attempt that we end ourselves, for it takes too long. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  /** `CONNECT_DEADLINE`: there is no connection yet; `DEADLINE`: no answer. */
  readonly code: 'CONNECT_DEADLINE' | 'DEADLINE';

  constructor(code: AttemptError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
