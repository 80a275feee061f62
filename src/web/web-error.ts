import * as z from 'zod';

/** One field of a request that is wrong. */
export interface FieldProblem {
  /** The name of the field, or where it is in a body: `url`, `body.text`. */
  field: string;
  message: string;
}

/** An error in a request, with a message for people: a page shows it, the API answers with problem details. */
export class WebError extends Error {
  override readonly name = 'WebError';
  readonly status: number;
  /** A few words, the same for all errors with this status. */
  readonly title: string;
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail the message: the mistake, and what to do about it */
  constructor(
    status: number,
    detail: string,
    more: { errors?: readonly FieldProblem[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.status = status;
    this.title = TITLES[status] ?? 'Error';
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Not here',
  422: 'Wrong values',
  429: 'Too many attempts',
  500: 'Internal error',
  503: 'Not available',
};

/** Problem details, RFC 9457. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'about:blank: the status says what kind of problem it is.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each field that is wrong.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

export type Problem = z.output<typeof problemSchema>;

/** An error as the API answers it. */
export function problemOf({ status, title, message, errors }: WebError): Problem {
  return { type: 'about:blank', title, status, detail: message, ...(errors.length > 0 && { errors: [...errors] }) };
}

/** The mistakes that a schema finds in a request. */
export function wrongValues(error: z.ZodError, status = 400): WebError {
  const errors = error.issues.map(({ path, message, code, ...issue }) => ({
    field: path.join('.'),
    message: code === 'unrecognized_keys' && 'keys' in issue ? `unknown: ${String(issue.keys)}` : message,
  }));
  const words = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return new WebError(status, words.join('; '), { errors });
}
