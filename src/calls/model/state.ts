import { type ChannelSnapshot, RINGING } from '../../ami/events.ts';
import type { Directory } from '../../config/directory/directory.ts';
import type { CallEvent, CallEventName } from '../call-event.ts';
import type { SkippedEvent, SkipReason } from '../skipped-event.ts';
import { Bridges } from './bridges.ts';
import type { Channel } from './channel.ts';
import { Channels } from './channels.ts';
import type { DeferredDials } from './deferred-dials.ts';
import { Legs } from './legs.ts';

/** All that is known of the calls going on. The files beside this one are what each kind of event does to it. */
export class State {
  readonly channels: Channels;
  readonly bridges = new Bridges();
  readonly legs: Legs;
  /** Channels that went Up with no dial, and when (`undefined` without timestamps), the oldest first. */
  readonly upWithoutDial = new Map<Channel, number | undefined>();
  /** Dials that wait for what is still to be told of them. */
  readonly deferred = new Map<Channel, DeferredDials>();
  /** Names of the channel variables that go out with call events. */
  readonly variables: Set<string>;
  directory: Directory;
  /** Uniqueids of the channels known when `CoreShowChannels` was sent, until it is answered. */
  knownAtListRequest: Set<string> | undefined;
  /** Those of them that no event has shown since: they may have ended while nobody was looking. */
  readonly unconfirmed = new Set<Channel>();
  readonly #onUnsent: ((unsent: SkippedEvent) => void) | undefined;

  constructor(
    directory: Directory,
    variables: readonly string[],
    onCallEvent: (event: CallEvent) => void,
    onUnsent: ((unsent: SkippedEvent) => void) | undefined,
  ) {
    this.directory = directory;
    this.variables = new Set(variables);
    this.#onUnsent = onUnsent;
    this.legs = new Legs(onCallEvent, (linkedid) => this.channels.hasLinkedid(linkedid));
    this.channels = new Channels(directory, (linkedid) => this.legs.release(linkedid));
  }

  /** The channel that an event shows; one that has just been answered starts to wait for what settles it. */
  observe(fields: ChannelSnapshot, at: number | undefined, beginning = false): Channel | undefined {
    const isNew = this.channels.get(fields.uniqueid) === undefined;
    const channel = this.channels.upsert(fields, at);
    if (channel !== undefined && this.unconfirmed.size > 0) this.unconfirmed.delete(channel);
    if (isNew && channel !== undefined && !beginning) {
      // Only its Newchannel shows the beginning of a channel; what is Up without one may as well have been called.
      channel.firstSeenUp = channel.isUp;
      channel.createdAsCallee = fields.state === RINGING;
      channel.dialledExten = this.legs.numberDialledBy(channel.uniqueid, channel.linkedid);
    }
    if (channel?.isUp && !channel.wasUp) {
      channel.wasUp = true;
      channel.upAt = at;
      if (channel.mayBeApplicationCall) this.upWithoutDial.set(channel, at);
    }
    return channel;
  }

  /** All times that are kept are later by so many milliseconds, or earlier. */
  shiftTime(by: number): void {
    for (const channel of this.channels.all()) {
      channel.seenAt += by;
      if (channel.upAt !== undefined) channel.upAt += by;
    }
    for (const [channel, upAt] of this.upWithoutDial)
      if (upAt !== undefined) this.upWithoutDial.set(channel, upAt + by);
    for (const dials of this.deferred.values()) if (dials.since !== undefined) dials.since += by;
    this.legs.shiftTime(by);
  }

  /** `CoreShowChannels` is about to be asked: what is known now may be gone. */
  channelListRequested(): void {
    this.knownAtListRequest = new Set();
    this.unconfirmed.clear();
    for (const channel of this.channels.all()) {
      this.knownAtListRequest.add(channel.uniqueid);
      this.unconfirmed.add(channel);
    }
  }

  /** Says that something is no call event, and why. */
  skip(expected: CallEventName, reason: SkipReason, channel: Channel, at: number | undefined, detail?: string): void {
    this.#onUnsent?.({
      expected,
      reason,
      channel: channel.name,
      ...(channel.extension !== undefined && { extension: channel.extension.name }),
      ...(detail !== undefined && { detail }),
      ...(at !== undefined && { at }),
    });
  }
}
