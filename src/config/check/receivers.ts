import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { nodeErrorCode } from '../../node-error-code.ts';
import { percentDecode } from '../../percent-encode.ts';
import type { RawConfig } from '../schema/schema.ts';
import type { CheckContext, Path } from './check-context.ts';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The certificates of authorities in a file, in PEM.
 * @param at where its name stands
 * @returns `undefined` where the file cannot be used, which is reported, and where only config.yaml itself is checked
 */
export function readCertificates(
  file: string | undefined,
  at: Path,
  { fail, keepsReferences }: CheckContext,
): string | undefined {
  if (file === undefined || keepsReferences) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    fail(at, `the file ${file} cannot be read (${nodeErrorCode(error) ?? 'no reason given'})`);
    return undefined;
  }
  const certificates = text.match(CERTIFICATES);
  if (certificates === null) fail(at, `${file} holds no certificate in PEM`);
  const wrong = certificates?.findIndex((certificate) => !isCertificate(certificate)) ?? -1;
  if (wrong >= 0) fail(at, `${file}: its certificate number ${wrong + 1} is damaged`);
  return certificates?.join('\n');
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** How TLS is spoken with receivers, with the certificates read. @param at where it stands */
export function checkReceiverTls<Tls extends { ca?: string | undefined; rejectUnauthorized?: boolean }>(
  tls: Tls,
  at: Path,
  checking: CheckContext,
): Tls {
  if (tls.rejectUnauthorized === false) {
    checking.hint(
      [...at, 'rejectUnauthorized'],
      'any certificate is taken: a machine on the way can read and answer these requests. `ca: FILE` trusts the right one alone',
    );
  }
  const ca = readCertificates(tls.ca, [...at, 'ca'], checking);
  return ca === undefined ? tls : { ...tls, ca };
}

/** The proxy, with its secrets. */
export function checkProxy(
  proxy: NonNullable<RawConfig['delivery']['proxy']>,
  isText: boolean,
  checking: CheckContext,
): NonNullable<RawConfig['delivery']['proxy']> {
  const { fail, resolveSecrets, keepSecret, keepsReferences } = checking;
  const at = ['delivery', 'proxy', ...(isText ? [] : ['url'])];
  const url = resolveSecrets(proxy.url, at);
  proxy.no.forEach((one, index) => {
    const isName = /^(\*?\.)?[\w-]+(\.[\w-]+)*$/.test(one) && !/^[\d.]+$/.test(one);
    if (!isName && !ipaddr.isValid(one) && !ipaddr.isValidCIDR(one))
      fail(
        ['delivery', 'proxy', 'no', index],
        `"${one}": expected a name, an address or a network, such as example.com or 10.0.0.0/8`,
      );
  });
  if (url === '' || keepsReferences) return { ...proxy, url };
  const parsed = URL.parse(url);
  // The URL is not shown: it may contain a password.
  if (parsed?.protocol === 'https:')
    fail(
      at,
      'the proxy itself is spoken to without TLS; expected http://. What goes to https:// is encrypted all the way',
    );
  else if (parsed?.protocol !== 'http:' || parsed.hostname === '')
    fail(at, 'expected the URL of a proxy, such as http://proxy.example.com:3128, with user:password@ before the name');
  else if (parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '')
    fail(at, 'has more than user, password, name and port. In a password / ? # @ : are written %2F %3F %23 %40 %3A');
  else {
    const [user, password] = [percentDecode(parsed.username), percentDecode(parsed.password)];
    if (user === undefined || password === undefined)
      fail(at, 'has a "%" in its user or password that stands for nothing; a "%" itself is written %25');
    else if (password !== '')
      for (const secret of [parsed.password, password, Buffer.from(`${user}:${password}`).toString('base64')])
        keepSecret(secret);
  }
  return { ...proxy, url };
}
