import type { LookupAddress } from 'node:dns';
import { readFileSync, statSync } from 'node:fs';
import ipaddr from 'ipaddr.js';

/** Names in a file such as /etc/hosts. It is read when it has changed: an administrator's edit counts at once. */
export class HostsFile {
  readonly #path: string;
  #revision: string | undefined;
  #names = new Map<string, LookupAddress[]>();

  constructor(path = '/etc/hosts') {
    this.#path = path;
  }

  /** In the order of the file; none when it does not have the name. */
  addressesOf(name: string): readonly LookupAddress[] {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    const revision = stats && `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    if (revision !== this.#revision) {
      this.#names = stats === undefined ? new Map() : parse(readFileSync(this.#path, 'utf8'));
      this.#revision = revision;
    }
    return this.#names.get(name) ?? [];
  }
}

function parse(text: string): Map<string, LookupAddress[]> {
  const found = new Map<string, LookupAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!ipaddr.isValid(address)) continue;
    const one = { address, family: ipaddr.parse(address).kind() === 'ipv4' ? 4 : 6 };
    for (const name of names.map((each) => each.toLowerCase())) found.set(name, [...(found.get(name) ?? []), one]);
  }
  return found;
}
