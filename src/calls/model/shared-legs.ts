import type { CallFacts } from './call.ts';
import type { MutableChannel } from './channel.ts';
import type { Leg, MutableLeg } from './leg.ts';
import { Legs, SLOTS } from './legs.ts';
import type { StoredRung } from './missed-calls.ts';

/** The open legs, and what another service on the same Asterisk knows of those whose beginning was not seen here. */
export class SharedLegs extends Legs {
  /**
   * A leg that another service knows better; no event is emitted. What was opened on its channels gives way to it.
   * @param adopted with those of its channels that live
   * @returns what gave way
   */
  adopt(callId: string, adopted: Omit<Leg, 'call'>): Iterable<Leg> {
    const call = this.callOf(callId);
    const leg: MutableLeg = { ...adopted, call, channels: [] };
    const slot = SLOTS[leg.kind];
    const replaced = new Set(adopted.channels.flatMap((channel) => channel[slot] ?? []));
    for (const before of replaced) this.#giveWay(before, leg);
    const channels = new Set([...adopted.channels, ...[...replaced].flatMap((before) => before.channels)]);
    call.legs = call.legs.concat(leg);
    this.noteCaller(leg);
    for (const channel of channels) this.join(leg, channel);
    if (leg.agent !== undefined) this.setAgent(leg, leg.agent);
    return replaced;
  }

  /** Its beginning was not seen, and no other service knows it better. */
  own(leg: MutableLeg): void {
    leg.partial = false;
    this.markChanged(leg);
  }

  /** There is no such leg, as another service knows: it ends without a word. */
  drop(leg: MutableLeg): void {
    for (const channel of leg.channels as readonly MutableChannel[]) channel[SLOTS[leg.kind]] = undefined;
    this.missed.legDropped(leg);
    this.remove(leg);
  }

  /** What another service knows of a call beside its legs. */
  adoptCall(callId: string, { numbersByCaller, joins, relatedCallId }: CallFacts): void {
    if (!this.calls.has(callId) && !this.isAlive(callId)) return;
    const known = this.callOf(callId);
    if (numbersByCaller !== undefined)
      known.numbersByCaller = new Map([...numbersByCaller, ...(known.numbersByCaller ?? [])]);
    if (relatedCallId !== undefined) known.relatedCallId ??= relatedCallId;
    for (const [uniqueid, count] of joins ?? []) {
      const most = Math.max(count, this.joinCounts.get(uniqueid) ?? 0);
      this.joinCounts.set(uniqueid, most);
      known.joins = new Map(known.joins).set(uniqueid, most);
    }
  }

  /** Whom its origins have rung, as another service knows; what is known here stays. */
  adoptRung(callId: string, rung: readonly StoredRung[]): void {
    const call = this.calls.get(callId);
    if (call === undefined) return;
    const isKnown = ({ extension, origin }: StoredRung) =>
      call.rung?.some((one) => one.extension === extension && one.origin === origin) === true;
    this.missed.restore(
      call,
      rung.filter((one) => !isKnown(one)),
    );
  }

  /** A leg that was opened without having seen its beginning goes on as another one. */
  #giveWay(before: MutableLeg, leg: MutableLeg): void {
    if (before.answered && !leg.answered) {
      leg.answered = true;
      leg.answeredAt = before.answeredAt;
      leg.answeredBy = before.answeredBy;
    }
    this.missed.legReplaced(before, leg);
    this.remove(before);
  }
}
