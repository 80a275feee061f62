import { isPattern } from '../dialplan-pattern.ts';
import type { RawConfig } from '../schema/schema.ts';
import type { CheckContext, Path } from './check-context.ts';
import { patternOf } from './extension.ts';

type RawExtension = RawConfig['extensions'][string];

/** The extension that has each queue, and each number or pattern of a line, so far. */
export class GroupClaims {
  readonly #owners: Map<string, string>;

  constructor(owners: ReadonlyMap<string, string> = new Map()) {
    this.#owners = new Map(owners);
  }

  /** For a server that has extensions of its own beside the extensions for all servers. */
  copy(): GroupClaims {
    return new GroupClaims(this.#owners);
  }

  /** @returns the extension that had it before, if any */
  claim(what: string, key: string): string | undefined {
    const owner = this.#owners.get(what);
    this.#owners.set(what, key);
    return owner;
  }

  /** A server's own entry replaces the entry for all servers. */
  release(key: string): void {
    for (const [what, owner] of this.#owners) if (owner === key) this.#owners.delete(what);
  }
}

/** Checks one extension as far as it is a queue or a line. @param at the path of its entry */
export function checkGroup(
  at: Path,
  key: string,
  entry: RawExtension,
  claims: GroupClaims,
  { fail, failKey, hint }: CheckContext,
): void {
  claims.release(key);
  const { queue, line, channels, did, events = [] } = entry;
  if (queue === undefined && line === undefined) return;
  const kind = queue === undefined ? 'line' : 'queue';
  if (isPattern(key)) failKey(at, kind, `cannot be in a pattern: ${key} stands for many extensions, a ${kind} is one`);
  if (queue !== undefined && line !== undefined)
    failKey(at, 'line', 'cannot stand beside "queue"; make it two extensions');
  if (channels !== undefined)
    failKey(at, 'channels', `cannot stand beside "${kind}": a ${kind} has no phones of its own`);
  if (line !== undefined && did !== undefined)
    failKey(at, 'did', 'cannot stand beside "line": the number of each call is the one that it came in on');
  events.forEach(({ on }, index) => {
    if (!on.endsWith('-out')) return;
    const has = 'it has Dial-In, Answer-In, Hangup and Missed';
    hint([...at, 'events', index, 'on'], `is never sent: a ${kind} calls nobody, ${has}`);
  });
  if (queue !== undefined) {
    const other = claims.claim(`queue ${queue.toLowerCase()}`, key);
    if (other !== undefined)
      fail([...at, 'queue'], `the queue ${queue} is extension ${other} already; a queue has one extension`);
  }
  line?.forEach((number, index) => {
    const here = [...at, 'line', index];
    if (isPattern(number)) patternOf(number, (message) => fail(here, `"${number}": ${message}`));
    const other = claims.claim(`line ${number}`, key);
    if (other !== undefined)
      fail(
        here,
        other === key ? `${number} is in this list already` : `${number} belongs to extension ${other} already`,
      );
  });
}
