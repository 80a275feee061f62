import type { AttemptResult } from '../delivery/http/attempt-result.ts';
import type { ExplainedRequest, Meaning } from './meaning.ts';

/** Explains an error before there was an answer. */
export function meaningOfError(
  { code, message }: Extract<AttemptResult, { kind: 'error' }>,
  request: ExplainedRequest,
): Meaning | undefined {
  const { protocol = '', hostname = '', host = '' } = URL.parse(request.url) ?? {};
  const isPlain = protocol === 'http:';
  if (isPlain && (code === 'ECONNRESET' || code.startsWith('HPE_')))
    return {
      text: 'the receiver cuts the connection, or does not speak HTTP',
      remedy: `if that port speaks TLS, let the \`url\` begin with https://${host}`,
    };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return /WRONG_VERSION|PACKET_LENGTH|RECORD/.test(`${code} ${message}`) || code === 'EPROTO'
      ? {
          text: 'this port does not speak TLS',
          remedy: `let the \`url\` begin with http://${host}, or name the port that does`,
        }
      : {
          text: 'the receiver and this machine find no TLS that both want',
          remedy: 'see which versions it allows; TLS 1.2 is the least here',
        };
  switch (code) {
    case 'ECONNREFUSED':
      return { text: `nothing listens on ${host}`, remedy: 'see whether the receiver runs, and compare host and port' };
    case 'ENOTFOUND':
      return { text: `there is no ${hostname}`, remedy: 'compare the name, letter by letter' };
    case 'EAI_AGAIN':
      return {
        text: `${hostname} does not resolve: no name server answers for it`,
        remedy: `compare the name, and try \`getent hosts ${hostname}\` on this machine`,
      };
    case 'CONNECT_DEADLINE':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { text: `${host} cannot be reached`, remedy: 'look for a firewall or a route that is missing' };
    case 'DEADLINE':
      return {
        text: 'the receiver takes the request and does not answer in time',
        remedy: 'let it answer first and work afterwards, or raise `timeout:`',
      };
    case 'PROXY_UNREACHABLE':
      return { text: message, remedy: 'compare `delivery.proxy`, and see whether the proxy runs' };
    case 'PROXY_LOGIN':
      return { text: message, remedy: 'correct user and password in `delivery.proxy`' };
    case 'PROXY_REFUSED':
      return {
        text: message,
        remedy: `let the proxy pass ${host} on, or name ${hostname} under \`no:\` of \`delivery.proxy\``,
      };
    case 'REFUSED_ADDRESS':
      return {
        text: 'the service sends nothing to that address',
        remedy: 'allow it under `delivery.allow` if it is right',
      };
    case 'ERR_INVALID_URL':
      return { text: 'with its placeholders filled in this is not a URL', remedy: 'see the request above' };
    default:
      return CERTIFICATES[code] ?? undefined;
  }
}

const OWN_AUTHORITY =
  'make its authority known: `delivery: { tls: { ca: /etc/call-events/ca.pem } }`, or `tls` in the rule';

const CERTIFICATES: Readonly<Record<string, Meaning>> = {
  CERT_HAS_EXPIRED: { text: "the receiver's certificate has expired", remedy: 'renew it there' },
  CERT_NOT_YET_VALID: { text: "the receiver's certificate is not valid yet", remedy: "compare this machine's clock" },
  DEPTH_ZERO_SELF_SIGNED_CERT: { text: 'the receiver has signed its certificate itself', remedy: OWN_AUTHORITY },
  SELF_SIGNED_CERT_IN_CHAIN: {
    text: "the receiver's certificate is of an authority that is not known here",
    remedy: OWN_AUTHORITY,
  },
  UNABLE_TO_GET_ISSUER_CERT: {
    text: "the receiver's certificate is of an authority that is not known here",
    remedy: OWN_AUTHORITY,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    text: "the receiver's certificate is of an authority that is not known here",
    remedy: OWN_AUTHORITY,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    text: 'the receiver sends its certificate without those between it and the authority, or that one is not known here',
    remedy: `let the receiver send the whole chain, or ${OWN_AUTHORITY}`,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    text: "the receiver's certificate is for another name",
    remedy: 'write the name that is in the certificate in the `url`',
  },
};
