import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NameResolver } from './name-resolver.ts';

/** A request to an address that is not allowed. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly code = 'REFUSED_ADDRESS';
}

/**
 * Link-local networks and the addresses where clouds serve their machines' secrets (Amazon, Google, Alibaba, Oracle,
 * Azure); and those that stand for "this host", by which a request would get past `deny: [127.0.0.0/8]`.
 */
const REFUSED = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
  '0.0.0.0/8',
  '::/128',
];

/** Looks a name up. @returns at least one address */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** The four bytes of an IPv4 address, where they stand one after the other. */
const bytesFrom = (from: number) => [from, from + 1, from + 2, from + 3];

/**
 * IPv6 networks whose addresses have an IPv4 address in them, to which they lead, and the places of its bytes. A
 * network's own NAT64 has it at one of four places, by the length of its prefix (RFC 6052, section 2.2).
 */
const EMBEDDING: readonly { network: Network; places: readonly (readonly number[])[]; isInverted?: true }[] = [
  // IPv4-compatible (RFC 4291) and IPv4-translated (RFC 2765).
  { network: ipaddr.parseCIDR('::/96'), places: [bytesFrom(12)] },
  { network: ipaddr.parseCIDR('::ffff:0:0:0/96'), places: [bytesFrom(12)] },
  // NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
  { network: ipaddr.parseCIDR('64:ff9b::/96'), places: [bytesFrom(12)] },
  { network: ipaddr.parseCIDR('64:ff9b:1::/48'), places: [[6, 7, 9, 10], [7, 9, 10, 11], bytesFrom(9), bytesFrom(12)] },
  { network: ipaddr.parseCIDR('2002::/16'), places: [bytesFrom(2)] },
  { network: ipaddr.parseCIDR('2001::/32'), places: [bytesFrom(12)], isInverted: true },
];

/** Allowed hosts are remembered, up to this many: each request asks. */
const MOST_REMEMBERED = 1000;

/**
 * Where requests may go: everywhere but link-local and cloud metadata addresses, and `deny`; `allow` goes before both.
 * Loopback and LAN are allowed: that is where CRMs live.
 */
export class AddressGuard {
  readonly #allow: Network[];
  readonly #deny: Network[];
  /** Hosts of URLs that need no check: allowed addresses, and names, which are checked when they are looked up. */
  readonly #harmless = new Set<string>();
  readonly #resolve: Resolve;

  /** @param resolve looks names up */
  constructor(
    { allow, deny }: { allow: readonly string[]; deny: readonly string[] },
    resolve: Resolve = defaultResolve(),
  ) {
    this.#resolve = resolve;
    this.#allow = allow.map(networkOf);
    this.#deny = [...REFUSED, ...deny].map(networkOf);
  }

  /** @throws RefusedAddressError */
  check(address: string, host: string): void {
    const addresses = leadsTo(address);
    const among = (network: Network) => addresses.some((one) => inside(one, network));
    if (this.#allow.some(among)) return;
    const denied = this.#deny.find(among);
    if (denied === undefined) return;
    const shown = host === address ? address : `${host} (${address})`;
    throw new RefusedAddressError(`requests to ${shown} are refused: ${denied.join('/')}; see delivery.allow`);
  }

  /**
   * Checks a URL whose host is an address; a name is checked when it is looked up.
   * @throws RefusedAddressError
   */
  checkLiteral(url: URL): void {
    if (this.#harmless.has(url.hostname)) return;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(host)) this.check(host, host);
    if (this.#harmless.size >= MOST_REMEMBERED) this.#harmless.clear();
    this.#harmless.add(url.hostname);
  }

  /**
   * For an agent's `lookup` option: looks a name up, and refuses addresses that are not allowed. The agent connects to
   * the very addresses that were checked, so that a name cannot lead elsewhere a moment later.
   */
  readonly lookup: LookupFunction = (hostname, { all, family }, callback) => {
    this.#addressesOf(hostname, family).then(
      (addresses) => {
        const [first] = addresses;
        if (all) callback(null, [...addresses]);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };

  /** The same for the name of a proxy, which may have any address: requests do not end there. */
  readonly lookupProxy: LookupFunction = (hostname, { all }, callback) => {
    this.#resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (all) callback(null, [...addresses]);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };

  /** @throws RefusedAddressError, NameError */
  async #addressesOf(hostname: string, family: unknown): Promise<LookupAddress[]> {
    const addresses = await this.#resolve(hostname);
    for (const { address } of addresses) this.check(address, hostname);
    return addresses.filter((one) => (family !== 4 && family !== 6) || one.family === family);
  }
}

function defaultResolve(): Resolve {
  const resolver = new NameResolver();
  return (hostname) => resolver.resolve(hostname);
}

type Address = ReturnType<typeof ipaddr.process>;

/** The address itself (an IPv4 address mapped into IPv6 as IPv4), and the IPv4 addresses that may be in it. */
function leadsTo(text: string): Address[] {
  const address = ipaddr.process(text);
  const embedding = EMBEDDING.find(({ network }) => inside(address, network));
  if (embedding === undefined) return [address];
  const bytes = address.toByteArray();
  const found = embedding.places.map((places) =>
    places.map((at) => (bytes[at] ?? 0) ^ (embedding.isInverted ? 255 : 0)),
  );
  // Nothing leads to an address that begins with a zero: these are other bytes, as in `::1`.
  return [address, ...found.filter(([first]) => first !== 0).map((four) => ipaddr.fromByteArray(four))];
}

/** A network as config.yaml names it; one of mapped addresses (`::ffff:10.0.0.0/104`) is that of the IPv4 addresses. */
function networkOf(text: string): Network {
  const [address, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), undefined];
  const length = bits ?? (address.kind() === 'ipv4' ? 32 : 128);
  const plain = ipaddr.process(address.toString());
  return address.kind() === 'ipv6' && plain.kind() === 'ipv4' && length >= 96
    ? [plain, length - 96]
    : [address, length];
}

function inside(address: Address, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
