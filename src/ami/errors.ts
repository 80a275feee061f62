/** What goes wrong between Asterisk and us, each with a stable code. */
export type AmiErrorCode =
  | 'AMI_BLOCK_TOO_LONG'
  | 'AMI_CONNECT_FAILED'
  | 'AMI_CONNECT_TIMEOUT'
  | 'AMI_LOGIN_TIMEOUT'
  | 'AMI_LOGIN_REFUSED'
  | 'AMI_PING_TIMEOUT'
  | 'AMI_CLOSED'
  | 'AMI_BAD_VALUE';

export class AmiError extends Error {
  override readonly name = 'AmiError';
  readonly code: AmiErrorCode;

  constructor(code: AmiErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
