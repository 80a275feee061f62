import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NameResolver } from './name-resolver.ts';

/** A request that may not go where it points. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly code = 'REFUSED_ADDRESS';
}

/** Link-local networks and the addresses where clouds serve their machines' secrets. */
const REFUSED = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '0.0.0.0/8',
];

/** Looks a name up. @returns at least one address */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Networks whose addresses contain an IPv4 address, to which they lead: NAT64 (RFC 6052) and 6to4; and where it begins. */
const EMBEDDING: readonly [network: Network, from: number][] = [
  [ipaddr.parseCIDR('64:ff9b::/96'), 12],
  [ipaddr.parseCIDR('2002::/16'), 2],
];

/** Hosts that may go are remembered, up to this many: each request asks. */
const MOST_REMEMBERED = 1000;

/**
 * Where requests may go: everywhere but link-local and cloud metadata addresses, and `deny`; `allow` goes before both.
 * Loopback and LAN are allowed: that is where CRMs live.
 */
export class AddressGuard {
  readonly #allow: Network[];
  readonly #deny: Network[];
  /** What stands for a host in URLs, and is a name or an address that may be sent to. */
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

  /** Checks a URL whose host is an address; a name is checked when it is looked up. */
  checkLiteral(url: URL): void {
    if (this.#harmless.has(url.hostname)) return;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(host)) this.check(host, host);
    if (this.#harmless.size >= MOST_REMEMBERED) this.#harmless.clear();
    this.#harmless.add(url.hostname);
  }

  /**
   * For an agent's `lookup` option: looks a name up and refuses what it may not lead to. The agent connects to the very
   * addresses that were checked, so that a name cannot lead elsewhere a moment later.
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

/** The address itself (an IPv4 address mapped into IPv6 as IPv4), and the IPv4 address that is in it, if any. */
function leadsTo(text: string): Address[] {
  const address = ipaddr.process(text);
  const embedding = EMBEDDING.find(([network]) => inside(address, network));
  if (embedding === undefined) return [address];
  const [, from] = embedding;
  return [address, ipaddr.fromByteArray(address.toByteArray().slice(from, from + 4))];
}

function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function inside(address: Address, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
