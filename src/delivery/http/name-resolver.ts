import type { LookupAddress } from 'node:dns';
import { HostsFile } from './hosts-file.ts';
import { NameError, queryServers, querySystem, type Resolved } from './name-query.ts';

/** How long an address is kept: as its name server says, within these bounds. */
const SHORTEST_KEPT_MS = 1000;
const LONGEST_KEPT_MS = 60_000;
/** How long an address from the system is kept: the system does not say. */
const SYSTEM_KEPT_MS = 10_000;
/** How long a failure is kept, so that not every attempt has to wait for a dead name. */
const FAILURE_KEPT_MS = 2000;
/** Names that are looked up at once; each takes two sockets. */
const MOST_AT_ONCE = 200;
/** The number of remembered names. */
const MOST_REMEMBERED = 10_000;

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** A name that was looked up, or is being looked up. */
interface Known {
  found: Promise<readonly LookupAddress[]>;
  /** By the monotonic clock; Infinity while it is looked up. */
  until: number;
}

export interface NameResolverOptions {
  /** The file of names that goes before name servers. */
  hosts?: HostsFile;
  queryServers?: (name: string) => Promise<Resolved>;
  querySystem?: (name: string) => Promise<readonly LookupAddress[]>;
  monotonic?: () => number;
}

/**
 * Looks up the names of receivers, in the order of a usual nsswitch.conf: /etc/hosts, the name servers, and the
 * system's other sources.
 *
 * `dns.lookup` does it in one of four threads, which files are read with too: four dead names would stop all others,
 * and the end of the process. Here a name is looked up once at a time, for all who ask; the result is kept for a short
 * while, a failure as well; and only names that no name server knows take a thread, one at a time.
 */
export class NameResolver {
  readonly #hosts: HostsFile;
  readonly #queryServers: (name: string) => Promise<Resolved>;
  readonly #querySystem: (name: string) => Promise<readonly LookupAddress[]>;
  readonly #monotonic: () => number;
  readonly #known = new Map<string, Known>();
  readonly #servers = new Turns(MOST_AT_ONCE);
  readonly #system = new Turns(1);

  constructor(options: NameResolverOptions = {}) {
    this.#hosts = options.hosts ?? new HostsFile();
    this.#queryServers = options.queryServers ?? ((name) => queryServers(name));
    this.#querySystem = options.querySystem ?? querySystem;
    this.#monotonic = options.monotonic ?? (() => performance.now());
  }

  /** @returns at least one address. @throws NameError */
  async resolve(hostname: string): Promise<readonly LookupAddress[]> {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const inFile = this.#hosts.addressesOf(name);
    if (inFile.length > 0) return inFile;
    // RFC 6761: name servers are not asked for these.
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK;
    const known = this.#known.get(name);
    if (known !== undefined && known.until > this.#monotonic()) return known.found;
    return this.#begin(name);
  }

  #begin(name: string): Promise<readonly LookupAddress[]> {
    const { promise: found, resolve, reject } = Promise.withResolvers<readonly LookupAddress[]>();
    const known: Known = { found, until: Number.POSITIVE_INFINITY };
    const keep = (ms: number) => {
      known.until = this.#monotonic() + ms;
    };
    this.#known.delete(name);
    this.#known.set(name, known);
    this.#forgetOldest();
    this.#query(name).then(
      ({ addresses, keepMs }) => {
        keep(Math.min(Math.max(keepMs, SHORTEST_KEPT_MS), LONGEST_KEPT_MS));
        resolve(addresses);
      },
      (error: unknown) => {
        keep(FAILURE_KEPT_MS);
        reject(error);
      },
    );
    return found;
  }

  async #query(name: string): Promise<Resolved> {
    try {
      return await this.#servers.take(() => this.#queryServers(name));
    } catch (error) {
      // A server that does not answer would not answer the system either.
      if (!(error instanceof NameError && (error.code === 'ENOTFOUND' || error.noServer))) throw error;
    }
    const addresses = await this.#system.take(() => this.#querySystem(name));
    return { addresses: [...addresses], keepMs: SYSTEM_KEPT_MS };
  }

  #forgetOldest(): void {
    for (const [name, { until }] of this.#known) {
      if (this.#known.size <= MOST_REMEMBERED) return;
      if (Number.isFinite(until)) this.#known.delete(name);
    }
  }
}

/** Lets this many tasks run at once; the others wait in their order. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
