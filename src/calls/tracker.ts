import type { AmiEvent } from '../ami/ami-events.ts';
import type { Directory } from '../config/directory/directory.ts';
import type { CallEvent } from './call-event.ts';
import { concludeApplicationCall, concludeExpired } from './handlers/application-answer.ts';
import { bridgeEnter, bridgeLeave } from './handlers/bridge-events.ts';
import { newChannel, newState, rename } from './handlers/channel-events.ts';
import { dialBegin, dialEnd } from './handlers/dial-events.ts';
import { routeDeferred } from './handlers/dial-routing.ts';
import { endChannels, hangup } from './handlers/hangup.ts';
import { originateResponse } from './handlers/originate-response.ts';
import { pickup } from './handlers/pickup.ts';
import {
  agentComplete,
  agentConnect,
  queueCallerAbandon,
  queueCallerJoin,
  queueCallerLeave,
} from './handlers/queue.ts';
import { attendedTransfer, blindTransfer } from './handlers/transfer.ts';
import { FROM_DID, varSet, withoutUnderscores } from './handlers/variables.ts';
import type { Leg } from './model/leg.ts';
import { TrackerState } from './model/tracker-state.ts';
import { adoptCall, openLegsByName, uniqueidsBegunUnseen } from './recovery/adopt.ts';
import { endAllAtRestart } from './recovery/asterisk-restarted.ts';
import { reconcile, reconcileWithoutList } from './recovery/reconcile.ts';
import { restoreCall, type StoredCall, storeCall } from './recovery/stored-call.ts';
import { type CheckResult, endUnlistedChannels, type Known, knownNow } from './recovery/unlisted-channels.ts';
import type { SkippedEvent } from './skipped-event.ts';

/** A channel that no event shows for this long has ended, and its Hangup was lost: nobody speaks for a day. */
const FORGOTTEN_MS = 24 * 3_600_000;
const SWEEP_EVERY_MS = 3_600_000;

export interface TrackerOptions {
  /** The name of the server that the events come from. Absent: there is only one. */
  server?: string;
  /** Who is an extension, and which numbers are ignored. */
  directory: Directory;
  /** Called with each call event, while the AMI event that it comes of is applied. */
  onCallEvent(event: CallEvent): void;
  /** The same with every decision against an event; for `--explain` and the log. */
  onSkipped?: (skipped: SkippedEvent) => void;
  /** Called with what each list of living channels has shown that no event had. */
  onCheck?: (result: CheckResult) => void;
  /** Names of the channel variables that go out with call events. Absent: none do. */
  variables?: readonly string[];
}

/**
 * What each extension is doing, worked out from the events of AMI: events go in, call events come out. It does no I/O
 * and has no clock; time is the events' `at`, and a `Tick` where nothing else happens.
 *
 * A channel is known from its first event to its Hangup. A dial joins two channels; walking the dials back through
 * Local channels gives the caller. When a dial begins, the caller's leg opens, then the called extension's. A caller
 * that goes Up without a dial waits until it is sure that it is not picking up another phone's call.
 */
export class Tracker {
  readonly #state: TrackerState;
  readonly #onCheck: TrackerOptions['onCheck'];
  #sweptAt = 0;
  /** The time of the last event or tick; absent without timestamps. */
  #now: number | undefined;
  /** What was known when it was asked which channels live; absent: no answer to that is of use. */
  #knownAtCheck: Known | undefined;

  constructor(options: TrackerOptions) {
    this.#onCheck = options.onCheck;
    this.#state = new TrackerState({
      server: options.server ?? '',
      directory: options.directory,
      variables: options.variables ?? [],
      onCallEvent: options.onCallEvent,
      onSkipped: options.onSkipped,
      routeDeferred: (dial, waitedFor, at) => routeDeferred(this.#state, dial, waitedFor, at),
    });
  }

  /** Another configuration applies from now on. Open legs go on as they are. */
  configure(directory: Directory, variables: readonly string[]): void {
    this.#state.configure(directory, variables);
  }

  /**
   * How much is kept: everything is 0 when no channel is alive. `waiting`: channels whose calls wait for what decides
   * on them (a pickup, a number, the list of channels).
   */
  get size(): { channels: number; bridges: number; calls: number; legs: number; waiting: number } {
    const { channels, bridges, legs, upWithoutDial, deferred } = this.#state;
    let open = 0;
    for (const call of legs.calls.values()) open += call.legs.length;
    return {
      channels: channels.size,
      bridges: bridges.size,
      calls: legs.calls.size,
      legs: open,
      waiting: upWithoutDial.size + deferred.size,
    };
  }

  /** The legs that are open now. */
  *openLegs(): Generator<Leg> {
    for (const call of this.#state.legs.calls.values()) yield* call.legs;
  }

  /** The calls whose legs changed since the last time, each with what to store; `undefined`: nothing is left of it. */
  takeChanged(): { callId: string; state: StoredCall | undefined }[] {
    const changed = this.#state.legs.takeChanged();
    if (changed.size === 0) return [];
    return [...changed].map((callId) => {
      const call = this.#state.legs.calls.get(callId);
      return { callId, state: call && storeCall(call) };
    });
  }

  /**
   * Restores the open legs of an earlier run. A `ChannelList` event must follow, to show what has ended since, or
   * `ChannelListUnavailable`.
   */
  restore(calls: Iterable<StoredCall>): void {
    for (const stored of calls) restoreCall(this.#state, stored);
    this.#state.legs.takeChanged();
  }

  /** All calls that there are, as they are to be stored. */
  storedCalls(): StoredCall[] {
    return [...this.#state.legs.calls.values()].map(storeCall);
  }

  /** Uniqueids of the living channels whose beginning was not seen. */
  begunUnseen(): string[] {
    return uniqueidsBegunUnseen(this.#state);
  }

  /**
   * Takes over what another service on the same Asterisk knows of calls whose beginning was not seen here.
   * @param isOrphaned whether that service is gone: then legs of which no channel lives end here, with their Hangup
   * @returns the names of legs that gave way to its legs: nothing more comes of them
   */
  adopt(calls: Iterable<StoredCall>, isOrphaned: boolean): string[] {
    return [...calls].flatMap((stored) => adoptCall(this.#state, stored, isOrphaned, this.#now));
  }

  /** The names of the open legs whose beginning was not seen. */
  partialLegs(): string[] {
    return [...openLegsByName(this.#state)].flatMap(([name, { partial }]) => (partial ? [name] : []));
  }

  /** These legs are this service's, though their beginning was not seen: no other one knows them better. */
  own(names: ReadonlySet<string>): void {
    if (names.size === 0) return;
    for (const [name, leg] of openLegsByName(this.#state))
      if (leg.partial && names.has(name)) this.#state.legs.own(leg);
  }

  /** There are no such legs, as another service knows: they end without a word. */
  drop(names: ReadonlySet<string>): void {
    if (names.size === 0) return;
    for (const [name, leg] of [...openLegsByName(this.#state)]) if (names.has(name)) this.#state.legs.drop(leg);
  }

  /** The end of a log: what waits for time waits no longer. Open legs stay open. */
  finish(): void {
    this.#state.deferred.flushAll();
    for (const channel of [...this.#state.upWithoutDial.keys()])
      concludeApplicationCall(this.#state, channel, undefined);
  }

  /** Whether a `VarSet` of this variable makes any difference; all others may be left out. */
  wantsVariable(variable: string): boolean {
    const name = withoutUnderscores(variable);
    return name === FROM_DID || this.#state.variables.has(name);
  }

  /** Takes the next event of AMI; the call events that come of it are emitted before it returns. */
  apply(event: AmiEvent): void {
    const state = this.#state;
    if (event.at !== undefined) this.#passTime(event.at);
    switch (event.event) {
      case 'Newchannel':
        newChannel(state, event);
        break;
      case 'Newstate':
        newState(state, event);
        break;
      case 'NewCallerid':
      case 'NewConnectedLine':
      case 'Newexten':
        state.observe(event, event.at);
        break;
      case 'Rename':
        rename(state, event);
        break;
      case 'Hangup':
        hangup(state, event);
        break;
      case 'DialBegin':
        dialBegin(state, event);
        break;
      case 'DialEnd':
        dialEnd(state, event);
        break;
      case 'BridgeEnter':
        bridgeEnter(state, event);
        break;
      case 'BridgeLeave':
        bridgeLeave(state, event);
        break;
      case 'LocalBridge':
      case 'LocalOptimizationEnd':
        state.observe(event.one, event.at);
        state.observe(event.two, event.at);
        break;
      case 'Pickup':
        pickup(state, event);
        break;
      case 'BlindTransfer':
        blindTransfer(state, event);
        break;
      case 'AttendedTransfer':
        attendedTransfer(state, event);
        break;
      case 'OriginateResponse':
        originateResponse(state, event);
        break;
      case 'VarSet':
        varSet(state, event);
        break;
      case 'QueueCallerJoin':
        queueCallerJoin(state, event);
        break;
      case 'QueueCallerLeave':
        queueCallerLeave(state, event);
        break;
      case 'QueueCallerAbandon':
        queueCallerAbandon(state, event);
        break;
      case 'AgentConnect':
        agentConnect(state, event);
        break;
      case 'AgentComplete':
        agentComplete(state, event);
        break;
      case 'ChannelCheckRequested':
        this.#knownAtCheck = knownNow(state);
        break;
      case 'ChannelCheck': {
        const known = this.#knownAtCheck;
        this.#knownAtCheck = undefined;
        if (known !== undefined) this.#onCheck?.(endUnlistedChannels(state, known, event.channels, this.#now));
        break;
      }
      case 'ChannelListRequested':
        this.#knownAtCheck = undefined;
        state.channelListRequested();
        break;
      case 'ChannelList':
        reconcile(state, event.channels, event.queued, event.at);
        break;
      case 'ChannelListUnavailable':
        reconcileWithoutList(state, event.at);
        break;
      case 'Startup':
        state.legs.startup = event.startup;
        break;
      case 'Restarted':
        endAllAtRestart(state, event.at);
        break;
      case 'ClockSet':
        this.#shiftTime(event.by);
        break;
      case 'Tick':
        break;
      default:
        event satisfies never;
    }
  }

  #passTime(now: number): void {
    this.#now = now;
    if (this.#state.deferred.size > 0) this.#state.deferred.flushExpired(now);
    if (this.#state.upWithoutDial.size > 0) concludeExpired(this.#state, now);
    if (this.#state.endedRings.size > 0) {
      if (this.#state.upWithoutDial.size > 0) this.#state.endedRings.expire(now);
      // Nobody is left who may have taken them.
      else this.#state.endedRings.clear();
    }
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    const forgotten = [...this.#state.channels.all()].filter(({ seenAt }) => seenAt > 0 && now - seenAt > FORGOTTEN_MS);
    endChannels(this.#state, forgotten, now);
  }

  /** The clock was set: what is kept is as long ago as it was. */
  #shiftTime(by: number): void {
    this.#sweptAt += by;
    this.#state.shiftTime(by);
  }
}
