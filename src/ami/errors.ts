import type { AmiErrorCode } from '../error-codes.ts';

/** An error between Asterisk and the service, with a stable code. */
export class AmiError extends Error {
  override readonly name = 'AmiError';
  readonly code: AmiErrorCode;

  constructor(code: AmiErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
