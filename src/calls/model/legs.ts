import type { Extension } from '../../config/directory/directory.ts';
import type { CallEvent, CallEventName, CallFlow, CallParameters, CallStatus } from '../call-event.ts';
import { type Call, endedOf, nextNumber, openLeg, removeLeg } from './call.ts';
import type { Channel } from './channel.ts';
import { type Leg, paramsOf } from './leg.ts';
import { detailsOf } from './leg-details.ts';

/**
 * The open legs, and the only place where a leg begins, is answered and ends. So it is here that the invariant holds:
 * every Dial-In or Dial-Out is followed by exactly one Hangup, and no Hangup comes without its Dial.
 *
 * A leg is *open* from its Dial event on; it becomes *answered* at most once; it is *ended* when its last channel has
 * left it, and is then forgotten. The call that holds it is forgotten when neither a leg nor a channel is left of it.
 */
export class Legs {
  readonly calls = new Map<string, Call>();
  /** CallIDs whose legs have changed since {@link takeChanged}. */
  #changed = new Set<string>();
  /** CallIDs of an earlier run: kept until it is known which channels are alive, for their legs are numbered on. */
  readonly #restoredCalls = new Set<string>();
  readonly #onCallEvent: (event: CallEvent) => void;
  readonly #alive: (callId: string) => boolean;

  /** @param alive whether a channel with this Linkedid is alive */
  constructor(onCallEvent: (event: CallEvent) => void, alive: (callId: string) => boolean) {
    this.#onCallEvent = onCallEvent;
    this.#alive = alive;
  }

  find(callId: string, extension: string, flow: CallFlow): Leg | undefined {
    return openLeg(this.calls.get(callId), extension, flow);
  }

  open(
    channel: Channel,
    extension: Extension,
    params: CallParameters,
    at: number | undefined,
    about: Pick<Leg, 'dialled' | 'openedAt' | 'queue' | 'transferredBy' | 'variables'>,
  ): Leg {
    const call = this.#call(params.CallID);
    const leg: Leg = {
      call,
      extension: extension.name,
      flow: params.CallFlow,
      number: nextNumber(call, extension.name, params.CallFlow),
      params,
      channels: [],
      dialled: about.dialled,
      answered: false,
      answeredBy: undefined,
      openedAt: about.openedAt,
      answeredAt: undefined,
      dialStatus: undefined,
      cause: undefined,
      causeText: undefined,
      transferredBy: about.transferredBy,
      queue: about.queue,
      variables: about.variables,
    };
    call.legs = call.legs.concat(leg);
    this.join(leg, channel);
    this.#emit(leg, leg.flow === 'IN' ? 'dial-in' : 'dial-out', 'CALLING', channel, at);
    return leg;
  }

  join(leg: Leg, channel: Channel): void {
    leg.channels = leg.channels.concat(channel);
    channel.leg = leg;
    this.changed(leg);
  }

  /** Somebody answered. Told once; later answers only change who answered last. */
  answer(leg: Leg, at: number | undefined, by?: Extension): void {
    if (leg.flow === 'OUT' && by !== undefined && by.name !== leg.answeredBy?.extension) {
      leg.answeredBy = { extension: by.name, ...(by.did !== undefined && { did: by.did }) };
      this.changed(leg);
    }
    if (leg.answered) return;
    leg.answered = true;
    leg.answeredAt = at;
    this.changed(leg);
    const [channel] = leg.channels;
    this.#emit(leg, leg.flow === 'IN' ? 'answer-in' : 'answer-out', 'ANSWER', channel, at);
  }

  /**
   * A channel leaves its leg; the last one ends it.
   * @param answered whether the leg was answered on this channel, if nothing told so before (no Answer is told now)
   */
  leave(channel: Channel, answered: boolean, at: number | undefined): void {
    const leg = channel.leg;
    if (leg === undefined) return;
    channel.leg = undefined;
    leg.channels = leg.channels.filter((other) => other !== channel);
    if (answered && !leg.answered) {
      leg.answered = true;
      leg.answeredAt = channel.upAt;
    }
    this.changed(leg);
    if (leg.channels.length > 0) return;
    removeLeg(leg.call, leg);
    this.#emit(leg, 'hangup', leg.answered ? 'ANSWER' : 'UNKNOWN', channel, at);
    this.release(leg.call.callId);
  }

  /** Forgets a call of which nothing is left. */
  release(callId: string): void {
    const call = this.calls.get(callId);
    if (call === undefined || call.legs.length > 0 || this.#restoredCalls.has(callId) || this.#alive(callId)) return;
    this.calls.delete(callId);
    this.#changed.add(callId);
  }

  /** It is known which channels are alive: forgets all calls of which nothing is left. */
  releaseAll(): void {
    this.#restoredCalls.clear();
    for (const callId of [...this.calls.keys()]) this.release(callId);
  }

  /** Takes up the open legs of an earlier run; nothing is told. */
  reopen(
    callId: string,
    counts: Iterable<[string, number]>,
    dialled: Call['dialled'],
    legs: readonly Omit<Leg, 'call'>[],
  ): void {
    const call = this.#call(callId);
    this.#restoredCalls.add(callId);
    call.legs = legs.map((leg) => ({ ...leg, call }));
    call.ended = endedOf(counts, call.legs);
    call.dialled = dialled;
    for (const leg of call.legs) for (const channel of leg.channels) channel.leg = leg;
  }

  /** What an earlier run knew this channel to have dialled. */
  numberDialledBy(uniqueid: string, linkedid: string): string | undefined {
    return this.calls.get(linkedid)?.dialled?.get(uniqueid);
  }

  changed(leg: Leg): void {
    this.#changed.add(leg.call.callId);
  }

  /** The times of the open legs are later by so many milliseconds, or earlier. */
  shiftTime(by: number): void {
    for (const { legs } of this.calls.values())
      for (const leg of legs) {
        if (leg.openedAt !== undefined) leg.openedAt += by;
        if (leg.answeredAt !== undefined) leg.answeredAt += by;
        this.changed(leg);
      }
  }

  /** The CallIDs whose legs have changed since the last time; the caller stores what is open of them. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed;
    if (changed.size > 0) this.#changed = new Set();
    return changed;
  }

  #call(callId: string): Call {
    let call = this.calls.get(callId);
    if (call === undefined) {
      call = { callId, legs: [], ended: undefined, dialled: undefined };
      this.calls.set(callId, call);
    }
    return call;
  }

  #emit(
    leg: Leg,
    event: CallEventName,
    status: CallStatus,
    channel: Channel | undefined,
    at: number | undefined,
  ): void {
    this.#onCallEvent({
      event,
      leg: { callId: leg.call.callId, extension: leg.extension, flow: leg.flow, number: leg.number },
      channel: channel?.name ?? '',
      ...(at !== undefined && { at }),
      params: status === 'CALLING' ? { ...leg.params } : paramsOf(leg, status),
      details: detailsOf(leg, event === 'hangup' ? at : undefined),
    });
  }
}
