/** The header values of an AMI block; of a repeated header the last one. */
export function fieldsOf(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/^([^:\r\n]+): ?(.*)\r$/gm)].map(([, name, value]) => [name, value]));
}

/**
 * Which channels are alive and who is in which bridge, as AMI reports it: so that a scenario can wait for two phones to
 * talk, rather than for a time.
 */
export class Living {
  /** By uniqueid: its name, and the bridge that it is in. */
  readonly #channels = new Map<string, { name: string; bridge: string }>();

  get count(): number {
    return this.#channels.size;
  }

  names(): string[] {
    return [...this.#channels.values()].map(({ name }) => name);
  }

  /** How many living channels an endpoint has: `101`, `trunk`. */
  of(endpoint: string): number {
    return this.names().filter((name) => isOf(name, endpoint)).length;
  }

  take(block: string): void {
    const { Event, Uniqueid = '', Channel = '', BridgeUniqueid = '', Newname = '' } = fieldsOf(block);
    const channel = this.#channels.get(Uniqueid);
    if (Event === 'Newchannel') this.#channels.set(Uniqueid, { name: Channel, bridge: '' });
    else if (Event === 'Hangup') this.#channels.delete(Uniqueid);
    else if (Event === 'Rename' && channel) channel.name = Newname;
    else if (Event === 'BridgeEnter' && channel) channel.bridge = BridgeUniqueid;
    else if (Event === 'BridgeLeave' && channel?.bridge === BridgeUniqueid) channel.bridge = '';
  }

  /** Whether two endpoints are in one bridge. */
  inOneBridge(one: string, other: string): boolean {
    const bridges = (endpoint: string) =>
      [...this.#channels.values()].filter(({ name, bridge }) => bridge !== '' && isOf(name, endpoint));
    return bridges(one).some((a) => bridges(other).some((b) => a !== b && a.bridge === b.bridge));
  }

  /** Whether two endpoints hear each other: in one bridge, or in several that Local channels join. */
  connected(one: string, other: string): boolean {
    const all = [...this.#channels.values()].filter(({ bridge }) => bridge !== '');
    const reached = new Set(all.filter(({ name }) => isOf(name, one)));
    for (const at of reached)
      for (const next of all) if (next.bridge === at.bridge || isOtherHalf(at.name, next.name)) reached.add(next);
    return [...reached].some(({ name }) => isOf(name, other));
  }
}

const isOf = (name: string, endpoint: string) => /^(?:PJSIP|SIP)\/(.+)-[0-9a-f]{8}$/.exec(name)?.[1] === endpoint;

const isOtherHalf = (one: string, other: string) =>
  one !== other && /;[12]$/.test(one) && one.slice(0, -1) === other.slice(0, -1);
