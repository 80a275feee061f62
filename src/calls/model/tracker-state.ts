import type { ChannelSnapshot, OriginateResponse } from '../../ami/ami-events.ts';
import type { Directory } from '../../config/directory/directory.ts';
import type { CallEvent } from '../call-event.ts';
import type { SkippedEvent } from '../skipped-event.ts';
import { Bridges } from './bridges.ts';
import { mayBeApplicationCall } from './call-direction.ts';
import type { Channel } from './channel.ts';
import { Channels } from './channels.ts';
import { type Awaited, DeferredDials } from './deferred-dials.ts';
import type { Dial } from './dial.ts';
import { EndedRings } from './ended-rings.ts';
import type { Leg } from './leg.ts';
import { SharedLegs } from './shared-legs.ts';

/** From where the state has its settings, and to where it passes on what it finds. */
export interface StateOptions {
  /** The server's name; empty where there is only one. */
  server: string;
  directory: Directory;
  /** Names of the channel variables that go out with call events. */
  variables: readonly string[];
  onCallEvent: (event: CallEvent) => void;
  /** Called with every decision against an event; absent: nobody asks for them. */
  onSkipped: ((skipped: SkippedEvent) => void) | undefined;
  /** Called for each deferred dial when it has waited. */
  routeDeferred: (dial: Dial, waitedFor: Awaited, at: number | undefined) => void;
}

/**
 * A caller that goes Up with no dial was answered by an application, unless a pickup shows within this time
 * (milliseconds). Asterisk itself waits up to 500 ms for sound between answering the picker's channel and the Pickup
 * (`ast_answer`); with phones that send none it was 511 ms (fixtures/pickup-channel).
 */
export const PICKUP_GRACE_MS = 750;

/** All that is known of the calls going on. What each kind of event does to it is in `handlers`. */
export class TrackerState {
  readonly channels: Channels;
  readonly bridges = new Bridges();
  readonly legs: SharedLegs;
  /** Channels that went Up with no dial, and when (`undefined` without timestamps), the oldest first. */
  readonly upWithoutDial = new Map<Channel, number | undefined>();
  /** Rings that one of {@link upWithoutDial} may have ended. */
  readonly endedRings = new EndedRings(PICKUP_GRACE_MS);
  readonly deferred: DeferredDials;
  /** OriginateResponses that came before their channels, by Uniqueid; the latest few. */
  readonly earlyResponses = new Map<string, OriginateResponse>();
  /** Names of the channel variables that go out with call events. */
  readonly variables: Set<string>;
  readonly onSkipped: ((skipped: SkippedEvent) => void) | undefined;
  /** Uniqueids of the channels known when `CoreShowChannels` was sent. Absent: no answer to it is on its way. */
  knownAtListRequest: Set<string> | undefined;
  /** Those of them that no event has shown since: they may have ended while the connection was lost. */
  readonly unconfirmed = new Set<Channel>();
  /** Legs of callers who waited in queues when that list was asked for: they may have left since. */
  readonly unconfirmedWaits = new Set<Leg>();
  /** Who has left a queue since then, by Uniqueid: the list may still show them. */
  readonly leftQueues = new Set<string>();
  #directory: Directory;

  constructor(options: StateOptions) {
    this.#directory = options.directory;
    this.variables = new Set(options.variables);
    this.onSkipped = options.onSkipped;
    this.legs = new SharedLegs(options.server, options.onCallEvent, (linkedid) => this.channels.hasLinkedid(linkedid));
    this.channels = new Channels(options.directory, (linkedid) => this.legs.release(linkedid));
    this.deferred = new DeferredDials(options.routeDeferred);
  }

  get directory(): Directory {
    return this.#directory;
  }

  /** Another configuration applies from now on. Open legs go on as they are. */
  configure(directory: Directory, variables: readonly string[]): void {
    this.#directory = directory;
    this.channels.directory = directory;
    this.variables.clear();
    for (const name of variables) this.variables.add(name);
  }

  /**
   * The channel that an event shows, with what the event shows of it taken in. One that has just gone Up with no dial
   * is put among {@link upWithoutDial}.
   * @param isBeginning whether the event is the channel's Newchannel: only that shows the beginning of a channel
   * @returns `undefined` for a channel that has ended, or that has no uniqueid
   */
  observe(fields: ChannelSnapshot, at: number | undefined, isBeginning = false): Channel | undefined {
    const known = this.channels.size;
    const channel = this.channels.upsert(fields, at);
    if (channel === undefined) return undefined;
    const isNew = this.channels.size > known;
    if (this.unconfirmed.size > 0) this.unconfirmed.delete(channel);
    if (isNew && !isBeginning)
      channel.markBeginningMissed(this.legs.numberDialledBy(channel.uniqueid, channel.linkedid));
    if (channel.isUp && !channel.wasUp) {
      channel.markUp(at);
      if (mayBeApplicationCall(channel)) this.upWithoutDial.set(channel, at);
    }
    return channel;
  }

  /** The clock was set by this many milliseconds: so are all times that are kept. */
  shiftTime(by: number): void {
    this.channels.shiftTime(by);
    for (const [channel, upAt] of this.upWithoutDial)
      if (upAt !== undefined) this.upWithoutDial.set(channel, upAt + by);
    this.endedRings.shiftTime(by);
    this.deferred.shiftTime(by);
    this.legs.shiftTime(by);
  }

  /** `CoreShowChannels` is about to be sent: what is known now may be gone. */
  channelListRequested(): void {
    this.knownAtListRequest = new Set();
    this.unconfirmed.clear();
    this.unconfirmedWaits.clear();
    this.leftQueues.clear();
    for (const channel of this.channels.all()) {
      this.knownAtListRequest.add(channel.uniqueid);
      this.unconfirmed.add(channel);
      if (channel.queueLeg !== undefined) this.unconfirmedWaits.add(channel.queueLeg);
    }
  }

  /** The answer to `CoreShowChannels` has come, or will not. */
  channelListDone(): void {
    this.knownAtListRequest = undefined;
    this.unconfirmed.clear();
  }
}
