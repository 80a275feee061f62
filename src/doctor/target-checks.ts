import type { Config } from '../config/config.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import type { ReceiverTls } from '../delivery/http/agents.ts';
import { HttpProxy } from '../delivery/http/proxy.ts';
import { type Check, counted, fault, ok, warning } from './check.ts';
import { type Probe, probeTarget } from './probe-target.ts';

/** Only this many receivers are tried: more would take too long. */
const AT_ONCE = 8;
const SOON_MS = 14 * 24 * 3_600_000;

/** Checks every receiver, by scheme, host and port. */
export async function examineTargets(config: Config, now: number): Promise<Check[]> {
  const guard = new AddressGuard(config.delivery);
  const { proxy: settings, connectTimeout: timeoutMs } = config.delivery;
  const proxy = settings && new HttpProxy(settings, guard.lookupProxy);
  const { origins, unknown } = targetsOf(config);
  const checks: Check[] = [];
  for (let at = 0; at < origins.length; at += AT_ONCE) {
    const some = origins.slice(at, at + AT_ONCE);
    const probes = await Promise.all(some.map(({ url, tls }) => probeTarget(url, { guard, timeoutMs, tls, proxy })));
    checks.push(...some.map(({ url }, index) => explainProbe(url, probes[index] as Probe, now, config.file)));
  }
  if (unknown > 0)
    checks.push(ok('target', `${counted(unknown, 'rule')} with a host that each call fills in, which is not tried`));
  return checks;
}

interface Target {
  url: URL;
  /** The URL of the first rule that sends to it. */
  tls: ReceiverTls | undefined;
}

function targetsOf({ extensions, delivery }: Config): { origins: Target[]; unknown: number } {
  const origins = new Map<string, Target>();
  let unknown = 0;
  for (const { url, tls } of extensions
    .flatMap(({ rules }) => rules ?? [])
    .filter(({ status }) => status === 'enabled')) {
    // The values of placeholders are not known; only the host matters here.
    const [authority = ''] = /^[a-z]+:\/\/[^/?#]*/i.exec(url) ?? [];
    if (/[{}$]/.test(authority) || !URL.canParse(authority)) unknown++;
    else {
      const { origin } = new URL(authority);
      if (!origins.has(origin)) origins.set(origin, { url: new URL(origin), tls: tls ?? delivery.tls });
    }
  }
  return { origins: [...origins.values()], unknown };
}

/** Explains the result of a connection, and what to type. */
function explainProbe(url: URL, probe: Probe, now: number, file: string): Check {
  const { certificateEnds } = probe;
  const ends = certificateEnds === undefined ? '' : new Date(certificateEnds).toISOString().slice(0, 10);
  const show = `openssl s_client -connect ${url.hostname}:${url.port || 443} -servername ${url.hostname} </dev/null`;
  if (certificateEnds !== undefined && certificateEnds < now)
    return fault(
      'target',
      `${url.origin}: its certificate expired on ${ends}`,
      `renew the certificate of ${url.hostname}; ${show} shows it`,
    );
  if (probe.outcome === 'reached') {
    if (certificateEnds !== undefined && certificateEnds - now < SOON_MS)
      return warning(
        'target',
        `${url.origin} is reached; its certificate expires on ${ends}`,
        `renew the certificate of ${url.hostname}`,
      );
    return ok('target', `${url.origin} is reached${ends === '' ? '' : `, its certificate is good until ${ends}`}`);
  }
  if (probe.code.startsWith('PROXY_'))
    return fault('target', `${url.origin}: ${probe.message}`, `editor ${file}     (correct delivery.proxy)`);
  const [words, remedy] = wordsFor(probe.code, url, show, file) ?? [probe.message, `curl -v ${url.origin}/`];
  return fault('target', `${url.origin}: ${words}`, remedy);
}

function wordsFor(code: string, url: URL, show: string, file: string): [string, string] | undefined {
  const trust = `editor ${file}     (delivery: { tls: { ca: /etc/call-events/ca.pem } }, with the certificate in that file), then systemctl reload call-events`;
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return [`the name ${url.hostname} is not known`, `getent hosts ${url.hostname}     (correct the url in ${file})`];
    case 'EAI_AGAIN':
      return ['no name server answers', 'cat /etc/resolv.conf     (is the name server there?)'];
    case 'ECONNREFUSED':
      return [
        'nothing listens there',
        `curl -v ${url.origin}/     (start the receiver, or correct the url in ${file})`,
      ];
    case 'CONNECT_DEADLINE':
      return ['no connection in time', `curl -v ${url.origin}/     (a firewall, or a wrong address?)`];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return ['there is no route to it', `ip route get ${url.hostname}`];
    case 'REFUSED_ADDRESS':
      return [
        'requests may not go to this address',
        `editor ${file}     (correct the url; if it is right: delivery: { allow: [${url.hostname}] })`,
      ];
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return ['its certificate is signed by itself, and nobody here trusts it', trust];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return [
        'its certificate comes from an authority that is not trusted here, or it does not send the whole chain',
        trust,
      ];
    case 'CERT_HAS_EXPIRED':
      return ['its certificate has expired', `renew the certificate of ${url.hostname}; ${show} shows it`];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `its certificate is for another name than ${url.hostname}`,
        `${show} | openssl x509 -noout -ext subjectAltName     (use one of these names in ${file})`,
      ];
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return ['the server does not speak TLS', `editor ${file}     (http:// instead of https://, or the port for TLS)`];
    case 'ECONNRESET':
      return ['it cuts the connection', `curl -v ${url.origin}/`];
    default:
      return undefined;
  }
}
