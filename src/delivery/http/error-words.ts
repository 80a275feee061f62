/** The code of an error before there was an answer, and a message in plain English. */
export function errorOf(error: unknown): { code: string; message: string } {
  if (!Error.isError(error)) return { code: 'ERROR', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ERROR';
  return { code, message: plainWords(code, messageOf(error)) };
}

/** For a name with several addresses, the message of each. */
function messageOf(error: Error & { errors?: unknown }): string {
  if (error.message !== '' || !Array.isArray(error.errors)) return error.message;
  return error.errors.map((one: Error) => one.message).join('; ');
}

function plainWords(code: string, message: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens there (${message})`;
    case 'ENOTFOUND':
      return `the host name does not resolve (${message})`;
    case 'EAI_AGAIN':
      return `no name server has an answer (${message})`;
    case 'EPROTO':
      return 'the server does not speak TLS; http:// instead of https://?';
    case 'HPE_INVALID_CONSTANT':
    case 'HPE_INVALID_VERSION':
      return `the answer is no HTTP; https:// instead of http://? (${message})`;
    case 'ECONNRESET':
      return `the receiver cut the connection (${message})`;
    default:
      return certificateWords(code, message) ?? message;
  }
}

/** The message about a receiver's certificate; absent: the error is another one. */
function certificateWords(code: string, message: string): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'the certificate of the receiver has expired';
    case 'CERT_NOT_YET_VALID':
      return 'the certificate of the receiver is not valid yet; is the clock of this machine right?';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `the certificate of the receiver is signed by itself; name it with tls.ca (${message})`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `the certificate of the receiver is of an authority that is not known here; name it with tls.ca (${message})`;
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the receiver sends its certificate alone, and its authority is not known here; name it with tls.ca (${message})`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of the receiver is for another name (${message})`;
    default:
      return undefined;
  }
}
