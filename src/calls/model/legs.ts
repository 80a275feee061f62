import type { Extension } from '../../config/directory/directory.ts';
import type { CallEvent, CallEventName, CallFlow, CallStatus, LegKey } from '../call-event.ts';
import { type Call, openLeg } from './call.ts';
import type { Channel, MutableChannel } from './channel.ts';
import { type Leg, type LegOpening, type MutableLeg, paramsOf } from './leg.ts';
import { LegChanges } from './leg-changes.ts';
import { detailsOf } from './leg-details.ts';
import { MissedCalls, type StoredRung } from './missed-calls.ts';
import { withAdded, without } from './short-list.ts';

/** Where a channel has its part in a leg, by the leg's kind. */
export const SLOTS = { phones: 'leg', queue: 'queueLeg', line: 'lineLeg' } as const;

/**
 * The open legs, and the only place where a leg begins, is answered and ends. So it is here that the invariant holds:
 * every Dial-In or Dial-Out is followed by exactly one Hangup, and no Hangup comes without its Dial.
 *
 * A leg is *open* from its Dial event on; it becomes *answered* at most once; it is *ended* when its last channel has
 * left it, and is then forgotten. Its call is forgotten when neither a leg nor a channel is left of it. What else
 * changes of an open leg is in {@link LegChanges}.
 *
 * All times are milliseconds since 1970, and absent in a log without timestamps.
 */
export class Legs extends LegChanges {
  readonly calls = new Map<string, Call>();
  /**
   * CallIDs of an earlier run: kept until it is known which channels are alive, for the numbers that their callers
   * dialled.
   */
  readonly #restoredCalls = new Set<string>();
  /** How often each caller has joined a queue, by Uniqueid. */
  protected readonly joinCounts = new Map<string, number>();
  /**
   * When Asterisk was started, in its own words; empty: it has not said. The legs that open from now on have it in
   * their names.
   */
  startup = '';
  /** Whom origins have rung and not reached. */
  readonly missed: MissedCalls;
  readonly #server: string;
  readonly #onCallEvent: (event: CallEvent) => void;
  protected readonly isAlive: (callId: string) => boolean;

  /**
   * @param server the server's name; empty where there is only one
   * @param isAlive whether a channel with this Linkedid is alive
   */
  constructor(server: string, onCallEvent: (event: CallEvent) => void, isAlive: (callId: string) => boolean) {
    super();
    this.#server = server;
    this.#onCallEvent = onCallEvent;
    this.isAlive = isAlive;
    this.missed = new MissedCalls(onCallEvent, (call) => {
      this.markCallChanged(call.callId);
      this.#releaseIfOver(call);
    });
  }

  /** The open leg of an extension in a call and direction; absent when there is none. */
  find(callId: string, extension: string, flow: CallFlow): Leg | undefined {
    return openLeg(this.calls.get(callId), extension, flow);
  }

  /** What a leg's call events, and other services, call it. */
  keyOf({ startup, uniqueid, extension, flow }: Pick<Leg, 'startup' | 'uniqueid' | 'extension' | 'flow'>): LegKey {
    return { server: this.#server, startup, uniqueid, extension, flow };
  }

  /** A leg begins on this channel: its Dial event is emitted. */
  open(channel: Channel, opening: LegOpening, at: number | undefined): Leg {
    const { extension, params, callerDialled } = opening;
    const call = this.callOf(params.CallID);
    const leg: MutableLeg = {
      call,
      extension: extension.name,
      kind: opening.kind,
      flow: params.CallFlow,
      uniqueid: opening.kind === 'queue' ? this.#joined(call, channel) : channel.uniqueid,
      startup: this.startup,
      partial: opening.partial,
      params,
      channels: [],
      origin: undefined,
      causedDial: opening.causedDial,
      answered: false,
      answeredBy: undefined,
      openedAt: opening.openedAt,
      answeredAt: undefined,
      dialStatus: undefined,
      cause: undefined,
      causeText: undefined,
      transferredBy: opening.transferredBy,
      queue: opening.queue,
      agent: undefined,
      leftAt: undefined,
      variables: opening.variables,
      caller: opening.caller,
    };
    call.legs = withAdded(call.legs, leg);
    this.noteCaller(leg);
    if (callerDialled !== undefined) {
      call.numbersByCaller ??= new Map();
      call.numbersByCaller.set(callerDialled.uniqueid, callerDialled.number);
    }
    this.join(leg, channel);
    this.#emit(leg, leg.flow === 'IN' ? 'dial-in' : 'dial-out', 'CALLING', channel, at);
    return leg;
  }

  /** A further channel belongs to a leg; no event is emitted for that. */
  join(leg: MutableLeg, channel: MutableChannel): void {
    leg.channels = withAdded(leg.channels, channel);
    channel[SLOTS[leg.kind]] = leg;
    this.markChanged(leg);
  }

  /**
   * A leg was answered: its Answer event is emitted, once. Later answers only change who answered last.
   * @param by the extension that answered an OUT leg, or a line's; absent when none did, or that is not known
   */
  answer(leg: MutableLeg, at: number | undefined, by?: Extension): void {
    const isNamed = leg.flow === 'OUT' || leg.kind === 'line';
    if (isNamed && by !== undefined && by.name !== leg.answeredBy?.extension) {
      leg.answeredBy = { extension: by.name, ...(by.did !== undefined && { did: by.did }) };
      this.markChanged(leg);
    }
    if (leg.answered) return;
    leg.answered = true;
    leg.answeredAt = at;
    this.markChanged(leg);
    this.missed.legAnswered(leg);
    const channel = leg.channels.find(({ isUp }) => isUp) ?? leg.channels[0];
    this.#emit(leg, leg.flow === 'IN' ? 'answer-in' : 'answer-out', 'ANSWER', channel, at);
  }

  /**
   * An attended transfer has joined two calls. They are one and the same where a call was consulted through a Local
   * channel.
   */
  joinCalls(one: string, other: string): void {
    if (one === other) return;
    for (const [callId, relatedCallId] of [
      [one, other],
      [other, one],
    ] as const) {
      this.callOf(callId).relatedCallId = relatedCallId;
      this.markCallChanged(callId);
      this.release(callId);
    }
  }

  /**
   * A channel leaves its leg; the last one ends it.
   * @param answered whether the leg was answered on this channel, if nothing has shown that before; no Answer is
   * emitted now
   */
  leave(leg: MutableLeg, channel: MutableChannel, answered: boolean, at: number | undefined): void {
    channel[SLOTS[leg.kind]] = undefined;
    leg.channels = without(leg.channels, channel);
    if (answered && !leg.answered) {
      leg.answered = true;
      leg.answeredAt = channel.upAt;
      this.missed.legAnswered(leg);
    }
    this.markChanged(leg);
    if (leg.channels.length > 0) return;
    leg.call.legs = without(leg.call.legs, leg);
    this.setAgent(leg, undefined);
    this.forgetCaller(leg);
    const hangup = this.#emit(leg, 'hangup', leg.answered ? 'ANSWER' : 'UNKNOWN', channel, at);
    this.missed.legEnded(leg, hangup);
    this.#releaseIfOver(leg.call);
  }

  /** Forgets a call of which nothing is left. */
  release(callId: string): void {
    const call = this.calls.get(callId);
    if (call !== undefined) this.#releaseIfOver(call);
  }

  #releaseIfOver(call: Call): void {
    if (call.legs.length > 0 || call.rung !== undefined) return;
    const { callId } = call;
    if (this.#restoredCalls.has(callId) || this.isAlive(callId)) return;
    this.calls.delete(callId);
    for (const uniqueid of call.joins?.keys() ?? []) this.joinCounts.delete(uniqueid);
    this.markCallChanged(callId);
  }

  /** It is known which channels are alive: forgets all calls of which nothing is left. */
  releaseAll(): void {
    this.#restoredCalls.clear();
    for (const callId of [...this.calls.keys()]) this.release(callId);
  }

  /**
   * Opens the legs of an earlier run again; no event is emitted.
   */
  reopen(
    {
      callId,
      numbersByCaller,
      joins,
      relatedCallId,
    }: Pick<Call, 'callId' | 'numbersByCaller' | 'joins' | 'relatedCallId'>,
    legs: readonly Omit<Leg, 'call'>[],
    rung: readonly StoredRung[],
  ): void {
    const call = this.callOf(callId);
    this.#restoredCalls.add(callId);
    call.legs = legs.map((leg) => ({ ...leg, call }));
    call.numbersByCaller = numbersByCaller;
    if (relatedCallId !== undefined) call.relatedCallId = relatedCallId;
    call.joins = joins;
    for (const [uniqueid, count] of joins ?? []) this.joinCounts.set(uniqueid, count);
    for (const leg of call.legs) {
      this.noteCaller(leg);
      for (const channel of leg.channels as readonly MutableChannel[]) channel[SLOTS[leg.kind]] = leg;
      const agent = leg.agent as MutableChannel | undefined;
      if (agent !== undefined) agent.agentLegs = withAdded(agent.agentLegs, leg);
    }
    this.missed.restore(call, rung);
  }

  /** What this channel is known to have dialled, from an earlier run or since; absent when nothing is. */
  numberDialledBy(uniqueid: string, linkedid: string): string | undefined {
    return this.calls.get(linkedid)?.numbersByCaller?.get(uniqueid);
  }

  /** The clock was set by this many milliseconds: so are the times of the open legs. */
  shiftTime(by: number): void {
    for (const { legs } of this.calls.values())
      for (const leg of legs) {
        if (leg.openedAt !== undefined) leg.openedAt += by;
        if (leg.answeredAt !== undefined) leg.answeredAt += by;
        if (leg.leftAt !== undefined) leg.leftAt += by;
        this.markChanged(leg);
      }
  }

  /** @returns the name of the leg with which a caller joins a queue: its Uniqueid, and how often it has joined one */
  #joined(call: Call, { uniqueid }: Channel): string {
    const count = (this.joinCounts.get(uniqueid) ?? 0) + 1;
    this.joinCounts.set(uniqueid, count);
    call.joins ??= new Map();
    call.joins.set(uniqueid, count);
    return `${uniqueid}-${count}`;
  }

  /** It is no longer there. */
  protected remove(leg: MutableLeg): void {
    const { call } = leg;
    call.legs = call.legs.filter((other) => other !== leg);
    this.setAgent(leg, undefined);
    this.forgetCaller(leg);
    this.markCallChanged(call.callId);
    this.release(call.callId);
  }

  protected callOf(callId: string): Call {
    let call = this.calls.get(callId);
    if (call === undefined) {
      call = { callId, legs: [], numbersByCaller: undefined };
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
  ): CallEvent {
    const emitted: CallEvent = {
      event,
      leg: this.keyOf(leg),
      channel: channel?.name ?? '',
      params: status === 'CALLING' ? { ...leg.params } : paramsOf(leg, status),
      details: detailsOf(leg, event === 'hangup' ? at : undefined),
      ...(leg.partial && { partial: true }),
    };
    if (at !== undefined) emitted.at = at;
    this.#onCallEvent(emitted);
    return emitted;
  }
}
