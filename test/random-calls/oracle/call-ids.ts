import { keyOf, type Tag } from '../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import type { Tally } from './tally.ts';

/** Which CallIDs were seen in the legs of each call. */
export class CallIds {
  readonly #byTag = new Map<string, { tag: Tag; ids: Set<string> }>();

  add(tag: Tag, callId: string): void {
    const known = this.#byTag.get(keyOf(tag)) ?? { tag, ids: new Set() };
    known.ids.add(callId);
    this.#byTag.set(keyOf(tag), known);
  }

  of(tag: Tag): ReadonlySet<string> {
    return this.#byTag.get(keyOf(tag))?.ids ?? new Set();
  }

  /** A call has one CallID, and nobody else has it; unless somebody was transferred. */
  judge(evidence: Evidence, tally: Tally): void {
    const calls = [...this.#byTag.values()].filter(({ tag }) => !evidence.wasTransferred(tag));
    const owners = new Map<string, Tag[]>();
    for (const { tag, ids } of calls) {
      tally.compare('one CallID for a call', ids.size === 1, `it has ${[...ids].join(' and ')}`, { tag });
      for (const id of ids) owners.set(id, [...(owners.get(id) ?? []), tag]);
    }
    for (const [id, tags] of owners) {
      const [tag] = tags;
      tally.compare('a CallID of one call only', tags.length === 1, `${id} is of ${tags.map(keyOf).join(' and ')}`, {
        tag,
      });
    }
  }
}
