import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

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

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Where requests may go: everywhere but link-local and cloud metadata addresses, and `deny`; `allow` goes before both.
 * Loopback and LAN are allowed: that is where CRMs live.
 */
export class AddressGuard {
  readonly #allow: Network[];
  readonly #deny: Network[];

  constructor({ allow, deny }: { allow: readonly string[]; deny: readonly string[] }) {
    this.#allow = allow.map(networkOf);
    this.#deny = [...REFUSED, ...deny].map(networkOf);
  }

  /** @throws RefusedAddressError */
  check(address: string, host: string): void {
    const parsed = ipaddr.process(address);
    if (this.#allow.some((network) => inside(parsed, network))) return;
    const denied = this.#deny.find((network) => inside(parsed, network));
    if (denied === undefined) return;
    const shown = host === address ? address : `${host} (${address})`;
    throw new RefusedAddressError(`requests to ${shown} are refused: ${denied.join('/')}; see delivery.allow`);
  }

  /** Checks a URL whose host is an address; a name is checked when it is looked up. */
  checkLiteral(url: URL): void {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(host)) this.check(host, host);
  }

  /** For an agent's `lookup` option: looks a name up and refuses what it may not lead to. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      try {
        for (const { address } of addresses) this.check(address, hostname);
      } catch (refused) {
        callback(refused as NodeJS.ErrnoException, '', 0);
        return;
      }
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function inside(address: ReturnType<typeof ipaddr.process>, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
