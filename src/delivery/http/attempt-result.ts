/** The result of one attempt. */
export type AttemptResult =
  | {
      kind: 'answer';
      status: number;
      location?: string;
      retryAfter?: string;
      /** Its headers, as far as they are kept; absent: only its status line was read. */
      headers?: Readonly<Record<string, string>>;
      /** The beginning of its body, decoded. */
      answer: string;
    }
  /** No answer: the code of the error (`ECONNREFUSED`, `DEADLINE`) and a message. */
  | { kind: 'error'; code: string; message: string };
