import { type ListedChannel, type QueueEntry, RING, UP } from '../../ami/ami-events.ts';
import { connect } from '../handlers/answer.ts';
import { endChannel } from '../handlers/hangup.ts';
import { openLegOfLine } from '../handlers/line-calls.ts';
import { noteGoneOrigins } from '../handlers/missed-call-evidence.ts';
import { becomePicker } from '../handlers/pickup.ts';
import { setVariable } from '../handlers/variables.ts';
import { shownNumber } from '../model/ami-values.ts';
import type { Channel } from '../model/channel.ts';
import { createDial, doubtEnd } from '../model/dial.ts';
import { isHelper, isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { openFromChannelList } from './open-from-channel-list.ts';
import { reconcileQueues } from './reconcile-queues.ts';
import {
  callerAmong,
  isCalling,
  isConnectedDialler,
  isConsulted,
  isDialled,
  isFirstLocalHalf,
  isOriginated,
  othersOf,
} from './roles-in-channel-list.ts';

/**
 * After a gap: compares what is known with the channels that Asterisk says are alive. What is gone has ended; what is
 * new opens its leg only while it is not answered and its direction is certain.
 * @param listed the answer to `CoreShowChannels`: all living channels, in any order
 * @param queued who waits in queues, as asked just before; absent: not known
 * @param at when it came: milliseconds since 1970; absent without timestamps
 */
export function reconcile(
  state: TrackerState,
  listed: readonly ListedChannel[],
  queued: readonly QueueEntry[] | undefined,
  at: number | undefined,
): void {
  state.knownAtListRequest ??= new Set([...state.channels.all()].map((channel) => channel.uniqueid));
  const known = state.knownAtListRequest;
  const alive = new Set(listed.map((channel) => channel.uniqueid));
  const heardBefore = heardByOrigins(state);
  const consulting = new Set(listed.filter(isConsulted).map(({ bridge }) => bridge));
  const fresh: [Channel, ListedChannel][] = [];
  for (const entry of listed) {
    const isNew = isNewInList(state.channels.get(entry.uniqueid));
    const channel = observeListed(state, entry, isNew, at);
    if (channel === undefined) continue;
    // That it was answered meanwhile has to be known after the next restart, too.
    if (channel.leg !== undefined) state.legs.markChanged(channel.leg);
    noteBeginning(state, channel, entry);
    if (isNew || hasNoPart(channel)) fresh.push([channel, entry]);
    else if (hasPickedUp(state, channel, entry, listed)) becomePicker(state, channel, at);
    else if (channel.incomingDial !== undefined && channel.incomingDial.status === undefined)
      doubtEnd(channel.incomingDial);
    if (entry.bridge === '') {
      channel.markLeft(entry, false);
      state.bridges.leave(channel);
    } else state.bridges.enter(entry.bridge, channel, consulting.has(entry.bridge) ? 'pair' : 'other');
  }
  for (const channel of [...state.channels.all()]) {
    if (!alive.has(channel.uniqueid) && known.has(channel.uniqueid)) endChannel(state, channel, at);
  }
  state.channelListDone();
  for (const entry of listed) setIncomingDialOfFront(state, entry, listed);
  state.deferred.flushAwaitingList();
  for (const entry of listed) markLegCausedDial(state, entry, listed);
  // The list has no order: callers come before the phones that are called, as in any dial.
  fresh.sort(([, a], [, b]) => Number(isDialled(a)) - Number(isDialled(b)));
  for (const [channel, entry] of fresh) openFromChannelList(state, channel, entry, listed, at);
  for (const { uniqueid } of listed) {
    const channel = state.channels.get(uniqueid);
    if (channel !== undefined) openLegOfLine(state, channel, at, channel.isUp ? 'now' : 'once known');
  }
  for (const entry of listed) connectListed(state, entry, heardBefore, at);
  reconcileQueues(state, queued, at);
  noteGoneOrigins(state, alive, at);
  state.legs.releaseAll();
}

/**
 * No list is to be expected: the dials that wait for it are routed as far as they are known, and what was known goes
 * on.
 */
export function reconcileWithoutList(state: TrackerState, at: number | undefined): void {
  state.channelListDone();
  // No event has shown what an earlier run knew.
  state.channels.markSeen(at);
  state.deferred.flushAwaitingList();
  state.legs.releaseAll();
}

/** Whether a channel's beginning was missed: it is new, or was only shown in passing since the connection is back. */
function isNewInList(channel: Channel | undefined): boolean {
  return (
    channel === undefined ||
    (channel.dialledExten === undefined &&
      channel.incomingDial === undefined &&
      channel.leg === undefined &&
      !channel.hasDialled)
  );
}

/**
 * Whether a channel is known, but not what it does in its call: its dial may have begun while the connection was lost.
 */
function hasNoPart(channel: Channel): boolean {
  return (
    channel.leg === undefined &&
    channel.incomingDial === undefined &&
    !channel.hasDialled &&
    !channel.wasUp &&
    !channel.isOriginated
  );
}

/** A caller that an application answered, and for whom phones are now dialled: it is not the application's alone. */
function markLegCausedDial(state: TrackerState, entry: ListedChannel, listed: readonly ListedChannel[]): void {
  const leg = state.channels.get(entry.uniqueid)?.leg;
  if (leg?.flow !== 'OUT' || leg.causedDial) return;
  // Whose dial was reported is no news: that marked the leg, if it has caused it.
  const rings = (other: ListedChannel) =>
    isDialled(other) && !isHelper(other.channel) && state.channels.get(other.uniqueid)?.incomingDial === undefined;
  if (!othersOf(entry, listed).some(rings)) return;
  state.legs.markCausedDial(leg);
}

/** The channel that an entry of the list shows; `undefined` for one that has ended meanwhile. */
function observeListed(
  state: TrackerState,
  entry: ListedChannel,
  isNew: boolean,
  at: number | undefined,
): Channel | undefined {
  // Live events can be ahead of the list: a channel that was answered rings no more.
  const before = state.channels.get(entry.uniqueid);
  const isUp = before?.isUp === true;
  const beganToCall = before !== undefined && before.state < RING && entry.state === RING;
  const channel = state.channels.upsert(isUp ? { ...entry, state: UP } : entry, at);
  if (channel === undefined) return undefined;
  if (isNew) channel.markFirstListed();
  if (beganToCall) channel.markDialledNumber(entry.dnid || (shownNumber(entry) ?? ''));
  if (channel.isUp && !channel.wasUp) channel.markUp(undefined);
  return channel;
}

/** What the list says of the beginning of a channel whose Newchannel was missed. */
function noteBeginning(state: TrackerState, channel: Channel, entry: ListedChannel): void {
  for (const [name, value] of Object.entries(entry.variables ?? {})) setVariable(state, channel, name, value);
  if (channel.dialledExten !== undefined) return;
  const number = state.legs.numberDialledBy(channel.uniqueid, channel.linkedid) ?? entry.dnid;
  if (mayHavePickedUp(state, entry)) return;
  if (isConsulted(entry)) channel.markListedAsConsulted();
  else if (isCalling(entry)) {
    // A caller that has not been answered yet is hardly past the number that it dialled; a queue or a menu answers.
    channel.markListedAsCaller(number ?? (entry.state === UP ? undefined : shownNumber(entry)));
  } else if ((number ?? (isDialled(entry) ? '' : undefined)) === '') channel.markListedAsCallee();
}

/**
 * Whether it has dialled a feature code and is Up: it may have picked up a call, and what it dials now is that one's.
 */
function mayHavePickedUp(state: TrackerState, { state: is, dnid }: ListedChannel): boolean {
  return is === UP && dnid !== undefined && state.directory.isIgnored(dnid);
}

/**
 * Whether a caller that went Up with no dial is now in a dialled phone's place, or connected with somebody who has
 * dialled: it has taken that one's call; whose call it was cannot be found out any more. (A channel that is put in
 * another's place keeps that one's application. The phone of a click to call is shown as dialled, too, until it begins
 * to dial on.)
 */
function hasPickedUp(
  state: TrackerState,
  channel: Channel,
  entry: ListedChannel,
  listed: readonly ListedChannel[],
): boolean {
  if (channel.isOriginated || !state.upWithoutDial.has(channel)) return false;
  return (
    isDialled(entry) ||
    listed.some((other) => other !== entry && isConnectedDialler(other) && other.bridge === entry.bridge)
  );
}

/**
 * A Local channel that was dialled while the connection was lost: phones behind it are rung for that caller. (One that
 * is made without a dial, as for a consultation, is not shown as dialled.)
 */
function setIncomingDialOfFront(state: TrackerState, entry: ListedChannel, listed: readonly ListedChannel[]): void {
  const front = state.channels.get(entry.uniqueid);
  if (front === undefined || front.incomingDial !== undefined || !isFirstLocalHalf(entry) || !isDialled(entry)) return;
  const others = othersOf(entry, listed);
  const caller = isOriginated(entry, others) ? undefined : callerAmong(others);
  const source = caller && state.channels.get(caller.channel.uniqueid);
  if (caller === undefined || source === undefined) return;
  const exten = shownNumber(caller.dialling) ?? '';
  front.setIncomingDial(createDial({ source, dest: front, exten, beginMissed: true, endMayBeMissed: true }));
}

/** Channels that the list shows in one bridge hear each other. */
function connectListed(
  state: TrackerState,
  entry: ListedChannel,
  heardBefore: ReadonlyMap<Channel, ReadonlySet<Channel>>,
  at: number | undefined,
): void {
  const channel = state.channels.get(entry.uniqueid);
  if (channel === undefined || !isParty(channel)) return;
  const heard = heardBefore.get(channel);
  // Connected before, it may have rung somebody since, and have been answered now: by whom it did not hear yet.
  if (channel.wasConnected && heard === undefined) return;
  for (const other of state.bridges.partiesWith(channel)) if (!heard?.has(other)) connect(state, channel, other, at);
}

/** Origins that were connected before they rang, each with whom it hears. */
function heardByOrigins(state: TrackerState): Map<Channel, ReadonlySet<Channel>> {
  const heard = new Map<Channel, ReadonlySet<Channel>>();
  for (const uniqueid of state.legs.missed.origins()) {
    const channel = state.channels.get(uniqueid);
    if (channel?.wasConnected) heard.set(channel, new Set(state.bridges.partiesWith(channel)));
  }
  return heard;
}
