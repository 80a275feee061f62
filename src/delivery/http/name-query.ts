import { type LookupAddress, lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { nodeErrorCode } from '../../node-error-code.ts';

/** Addresses of a name, and for how long they may be kept. */
export interface Resolved {
  addresses: LookupAddress[];
  keepMs: number;
}

/** The first time-out of a name server; then the next server is asked, or the same one with more time. */
const SERVER_MS = 1500;
const TRIES = 2;
/** The time-out of the whole lookup. */
const QUERY_MS = 5000;
/**
 * How long IPv6 addresses are waited for once the IPv4 addresses are there (RFC 8305 has the same pause the other way
 * round).
 */
const IPV6_MS = 50;

/** Errors that mean: there is no such name, or it has no address. */
const NO_SUCH_NAME = new Set(['ENOTFOUND', 'ENODATA']);

/** A name could not be resolved to an address. */
export class NameError extends Error {
  override readonly name = 'NameError';
  /** In the words of `getaddrinfo`: there is no such name, or it cannot be looked up at the moment. */
  readonly code: 'ENOTFOUND' | 'EAI_AGAIN';
  /** Whether no name server could be asked at all. */
  readonly noServer: boolean;

  constructor(name: string, cause: unknown) {
    const reason = nodeErrorCode(cause) ?? String(cause);
    const isUnknown = NO_SUCH_NAME.has(reason);
    super(isUnknown ? `there is no name ${name}` : `${name} cannot be looked up: ${reason}`, { cause });
    this.code = isUnknown ? 'ENOTFOUND' : 'EAI_AGAIN';
    this.noServer = reason === 'ECONNREFUSED';
  }
}

/**
 * Asks the name servers of /etc/resolv.conf, without a thread: c-ares has sockets of its own. IPv4 addresses come
 * first, for a machine that has IPv6 in name only.
 * @param servers instead of those of /etc/resolv.conf
 * @throws NameError
 */
export async function queryServers(name: string, servers?: readonly string[]): Promise<Resolved> {
  // A new resolver for each name: it reads the present /etc/resolv.conf.
  const resolver = new Resolver({ timeout: SERVER_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const timer = setTimeout(() => resolver.cancel(), QUERY_MS);
  const ipv4 = resolver.resolve4(name, { ttl: true });
  const ipv6 = resolver.resolve6(name, { ttl: true });
  try {
    const [four, six] = await Promise.allSettled([ipv4, withinPauseAfter(ipv6, ipv4)]);
    const found = [
      ...(four.status === 'fulfilled' ? four.value.map(({ address, ttl }) => ({ address, ttl, family: 4 })) : []),
      ...(six.status === 'fulfilled' ? six.value.map(({ address, ttl }) => ({ address, ttl, family: 6 })) : []),
    ];
    if (found.length === 0) throw new NameError(name, worse(four, six));
    return {
      addresses: found.map(({ address, family }) => ({ address, family })),
      keepMs: Math.min(...found.map(({ ttl }) => ttl)) * 1000,
    };
  } finally {
    clearTimeout(timer);
    resolver.cancel();
  }
}

/** Waits for a query, but not for long once the other one was answered: then it counts as answered with nothing. */
async function withinPauseAfter<Found>(question: Promise<Found[]>, other: Promise<unknown>): Promise<Found[]> {
  const pause = Promise.withResolvers<Found[]>();
  let timer: NodeJS.Timeout | undefined;
  other.then(
    () => {
      timer = setTimeout(() => pause.resolve([]), IPV6_MS);
    },
    () => undefined,
  );
  try {
    return await Promise.race([question, pause.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Of two failures, the temporary one: the name may exist. */
function worse(...results: PromiseSettledResult<unknown>[]): unknown {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  return reasons.find((reason) => !NO_SUCH_NAME.has(nodeErrorCode(reason) ?? '')) ?? reasons[0];
}

/**
 * Asks the system, which may know more than name servers do: a search domain, mDNS, another source of nsswitch.conf. It
 * takes one of the four threads that files are read with, for as long as the system likes.
 * @throws NameError
 */
export async function querySystem(name: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(name, { all: true, order: 'ipv4first' }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(new NameError(name, error));
    });
  });
}
