import type { CallEvent } from '../call-event.ts';
import type { Call } from './call.ts';
import type { Channel } from './channel.ts';
import type { Leg, MutableLeg } from './leg.ts';
import { withAdded, without } from './short-list.ts';

/**
 * One extension that an origin has rung in a call, and nobody has answered the origin since. What becomes of it is a
 * Missed, once the origin has hung up and all legs that it rang have ended. Changed by {@link MissedCalls} only.
 */
export interface Rung {
  readonly call: Call;
  readonly extension: string;
  /** Uniqueid of the origin's channel; changes when another party is put in its place. */
  readonly origin: string;
  /** The extension whose channel the origin is: it does not miss its own call. Absent: it is no extension's. */
  readonly originExtension: string | undefined;
  /** The origin consults, while its first party waits (transfer by feature code). */
  readonly consulted: boolean;
  /** The origin has hung up. */
  readonly originGone: boolean;
  /** The extension's last leg. Absent: it has ended. */
  readonly leg: Leg | undefined;
  /** The Hangup of that leg. Absent: it is still open. */
  readonly hangup: CallEvent | undefined;
}

/** A {@link Rung} as it is stored. */
export interface StoredRung extends Omit<Rung, 'call' | 'leg'> {
  /**
   * Uniqueid of its leg. Absent: that has ended; or an earlier version stored the call, then it is found by the
   * extension.
   */
  legUniqueid?: string;
}

type MutableRung = { -readonly [Field in keyof Rung]: Rung[Field] };

/**
 * Whom each origin has rung without being answered since: the only place where a Missed is made. An entry begins with
 * the Dial-In of a leg; it is dropped as soon as anybody answers the origin; what is left when the origin has hung up
 * and its legs have ended becomes a Missed, and is forgotten. So there is at most one for each CallID, origin and
 * extension, never before the leg's Hangup. It waits for the other phones as well, because one of them may be found
 * answered only when it hangs up (events were lost): then nobody has missed the call.
 */
export class MissedCalls {
  readonly #byOrigin = new Map<string, readonly MutableRung[]>();
  readonly #emit: (missed: CallEvent) => void;
  readonly #onChanged: (call: Call) => void;

  /** @param onChanged called when what is known of a call has changed, and when nothing is left to know of it */
  constructor(emit: (missed: CallEvent) => void, onChanged: (call: Call) => void) {
    this.#emit = emit;
    this.#onChanged = onChanged;
  }

  /** Whether this channel has rung somebody and was not answered since. */
  isOrigin(uniqueid: string): boolean {
    return this.#byOrigin.has(uniqueid);
  }

  /** The origins of which this is known. */
  origins(): string[] {
    return [...this.#byOrigin.keys()];
  }

  /** By whom a leg is rung, also one that cannot miss the call. */
  noteOrigin(leg: MutableLeg, origin: Channel): void {
    leg.origin = origin.uniqueid;
  }

  /** An extension is rung: its leg has opened. */
  ring(leg: Leg, origin: Channel, consulted: boolean): void {
    const { call, extension } = leg;
    const isSame = (one: Rung) => one.call === call && one.extension === extension;
    const known = this.#of(origin.uniqueid).find(isSame);
    if (known !== undefined) {
      known.leg = leg;
      known.hangup = undefined;
      known.consulted = consulted;
      this.#onChanged(call);
      return;
    }
    // Reported so late that its caller is gone, and the Missed is sent: it would make a second one.
    if (origin.hasEnded && origin.hasRung(call.callId, extension)) return;
    origin.markRung(call.callId, extension);
    this.#add({
      call,
      extension,
      origin: origin.uniqueid,
      originExtension: origin.extension?.name,
      consulted,
      originGone: origin.hasEnded,
      leg,
      hangup: undefined,
    });
  }

  /** What an earlier run knew. */
  restore(call: Call, stored: readonly StoredRung[]): void {
    for (const { legUniqueid, ...one } of stored) {
      const isOwn = ({ extension, flow, uniqueid }: Leg) =>
        extension === one.extension && flow === 'IN' && (legUniqueid ?? uniqueid) === uniqueid;
      const leg = one.hangup === undefined ? call.legs.find(isOwn) : undefined;
      if (leg !== undefined || one.hangup !== undefined) this.#add({ ...one, call, leg });
    }
  }

  /** A leg was answered: so was the origin that rang it. */
  legAnswered(leg: Leg): void {
    const { rung = [] } = leg.call;
    const origin = rung.find((one) => one.leg === leg)?.origin ?? leg.origin;
    if (origin !== undefined) this.originAnswered(origin);
    // Nobody knows who rang it (events were lost): it may be who rang the others.
    else if (leg.flow === 'IN' && leg.kind === 'phones') for (const one of rung) this.#drop(one);
  }

  /** Somebody answered an origin, or what it consulted: nobody whom it has rung before has missed its call. */
  originAnswered(origin: string): void {
    for (const one of this.#of(origin)) this.#drop(one);
  }

  /**
   * An origin hears another party, maybe the one that it has left to consult: that is no answer to the consultation.
   */
  originConnected(origin: string): void {
    for (const one of this.#of(origin)) if (!one.consulted) this.#drop(one);
  }

  /** A leg has ended with this Hangup. */
  legEnded(leg: Leg, hangup: CallEvent): void {
    const own: MutableRung | undefined = leg.call.rung?.find((one) => one.leg === leg);
    if (own === undefined) return;
    own.leg = undefined;
    own.hangup = hangup;
    this.#onChanged(own.call);
    this.#conclude(own.origin, hangup.at);
  }

  /** A leg goes on as another one, maybe of another call: whom it has rung is that one's. */
  legReplaced(before: Leg, leg: Leg): void {
    const own: MutableRung | undefined = before.call.rung?.find((one) => one.leg === before);
    if (own === undefined) return;
    this.#remove(own);
    this.#add({ ...own, call: leg.call, leg });
  }

  /** There was no such leg. */
  legDropped(leg: Leg): void {
    for (const one of leg.call.rung ?? []) if (one.leg === leg) this.#drop(one);
  }

  /** An origin has hung up. */
  originGone(origin: string, at: number | undefined): void {
    for (const one of this.#of(origin)) {
      one.originGone = true;
      this.#onChanged(one.call);
    }
    this.#conclude(origin, at);
  }

  /** A party is put in an origin's place. */
  replaceOrigin(origin: string, by: Channel, at: number | undefined): void {
    for (const one of this.#of(origin)) this.#move(one, by);
    this.#conclude(by.uniqueid, at);
  }

  #of(origin: string): readonly MutableRung[] {
    return this.#byOrigin.get(origin) ?? [];
  }

  /** Emits a Missed for each that an origin has rung, once that is gone and none of their legs is open. */
  #conclude(origin: string, at: number | undefined): void {
    const rung = this.#of(origin);
    if (rung.some(({ originGone, hangup }) => !originGone || hangup === undefined)) return;
    for (const one of rung) {
      this.#drop(one);
      const { hangup, originExtension, extension } = one;
      if (hangup === undefined || originExtension === extension) continue;
      const missed: CallEvent = { ...hangup, event: 'missed', origin };
      if (at === undefined) delete missed.at;
      else missed.at = at;
      const { relatedCallId } = one.call;
      if (relatedCallId !== undefined) missed.details = { ...hangup.details, relatedCallId };
      this.#emit(missed);
    }
  }

  #move(one: MutableRung, to: Channel): void {
    this.#remove(one);
    const other = this.#of(to.uniqueid).find(({ call, extension }) => call === one.call && extension === one.extension);
    // The same extension was rung for the one in whose place it comes: what is later counts.
    if (other !== undefined) this.#remove(other);
    one.origin = to.uniqueid;
    one.originExtension = to.extension?.name;
    one.consulted = false;
    one.originGone = to.hasEnded;
    this.#add(one);
  }

  #add(one: MutableRung): void {
    this.#byOrigin.set(one.origin, withAdded(this.#of(one.origin), one));
    one.call.rung = withAdded(one.call.rung ?? [], one);
    this.#onChanged(one.call);
  }

  #drop(one: MutableRung): void {
    this.#remove(one);
    this.#onChanged(one.call);
  }

  #remove(one: MutableRung): void {
    const others = without(this.#of(one.origin), one);
    if (others.length === 0) this.#byOrigin.delete(one.origin);
    else this.#byOrigin.set(one.origin, others);
    const ofCall = without(one.call.rung ?? [], one);
    one.call.rung = ofCall.length === 0 ? undefined : ofCall;
  }
}
