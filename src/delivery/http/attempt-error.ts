/** The service itself has ended an attempt. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  /**
   * `CONNECT_DEADLINE`: there is no connection in time; `DEADLINE`: no answer in time; `ENDLESS_INTERIM`: informational
   * answers without end.
   */
  readonly code: 'CONNECT_DEADLINE' | 'DEADLINE' | 'ENDLESS_INTERIM';

  constructor(code: AttemptError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
