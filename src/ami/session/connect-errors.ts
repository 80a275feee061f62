import { nodeErrorCode } from '../../node-error-code.ts';

/** Explains a failed connection to AMI to the administrator who has to fix it. */
export function describeConnectError(error: unknown): string {
  switch (nodeErrorCode(error)) {
    case 'ECONNREFUSED':
      return 'nothing listens there (ECONNREFUSED). Does Asterisk run, with enabled = yes and this port in manager.conf?';
    case 'ENOTFOUND':
      return 'the host name does not resolve (ENOTFOUND)';
    case 'EAI_AGAIN':
      return 'the host name cannot be looked up now (EAI_AGAIN)';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to the host';
    case 'ECONNRESET':
      return 'the other end cut it (ECONNRESET)';
    default:
      // Node joins the failures of several addresses of one name in an AggregateError, whose own message is empty.
      return (error instanceof Error && error.message) || (nodeErrorCode(error) ?? 'unknown error');
  }
}

/** Explains a failed TLS handshake. */
export function describeTlsError(error: Error): string {
  switch (nodeErrorCode(error)) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'EPROTO':
      return 'the server does not speak TLS. For plain AMI set tls: false; AMI over TLS has its own port, tlsbindaddr in manager.conf';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return "its certificate is not signed by a trusted authority. Give that authority's certificate, or this one, as tls: { ca: /path/to.pem }";
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another name; tls: { servername: … } says which. ${error.message}`;
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    default:
      return describeConnectError(error);
  }
}

/**
 * Explains why the other end has closed the connection, or sent nothing, before the login.
 * @param firstBytes the first bytes from it, as text
 */
export function describeMissingBanner(firstBytes: string, isTls: boolean): string | undefined {
  if (/^Asterisk Call Manager/i.test(firstBytes)) return undefined;
  const hint = isTls ? '' : '; AMI over TLS needs tls: true';
  if (firstBytes === '') return `it sent nothing; AMI sends a banner${hint}`;
  const [line = ''] = firstBytes.split(/[\r\n]/, 1);
  // Bytes that are not text do not belong in a log.
  return /^[\x20-\x7e]+$/.test(line) ? `this is not AMI: it says "${line.slice(0, 60)}"` : `this is not AMI${hint}`;
}
