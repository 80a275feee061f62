import { type ListedChannel, RING, UP } from '../../ami/events.ts';
import { markConnected } from '../handlers/answer.ts';
import { flushDialsAwaitingList } from '../handlers/deferred-dials.ts';
import { endChannel } from '../handlers/hangup.ts';
import { dialIn, dialOut } from '../handlers/leg-opening.ts';
import { NOBODY, type Origin } from '../handlers/origin.ts';
import { setVariable } from '../handlers/variables.ts';
import { usableExten } from '../model/ami-values.ts';
import { type Channel, isHelper, isParty } from '../model/channel.ts';
import { answererOf } from '../model/dial.ts';
import type { State } from '../model/state.ts';
import { callerAmong, isCalling, isDialled, isFront, isOriginated, othersOf } from './listed-call.ts';

/**
 * After a gap: compares what is known with the channels that Asterisk says are alive. What is gone has ended; what is
 * new opens its leg only while it is not answered and its direction is certain.
 */
export function resync(state: State, listed: readonly ListedChannel[], at: number | undefined): void {
  state.knownAtListRequest ??= new Set([...state.channels.all()].map((channel) => channel.uniqueid));
  const known = state.knownAtListRequest;
  const alive = new Set(listed.map((channel) => channel.uniqueid));
  const fresh: [Channel, ListedChannel][] = [];
  for (const entry of listed) {
    const isNew = isUnseen(state.channels.get(entry.uniqueid));
    const channel = observeListed(state, entry, isNew, at);
    if (channel === undefined) continue;
    // That it was answered meanwhile has to be known after the next restart, too.
    if (channel.leg !== undefined) state.legs.changed(channel.leg);
    noteBeginning(state, channel, entry);
    if (isNew || hasNoPart(channel)) fresh.push([channel, entry]);
    else if (isInDialledPlace(channel, entry) && state.upWithoutDial.delete(channel))
      pickedUpMeanwhile(state, channel, at);
    else if (channel.dialledBy?.status === undefined && channel.dialledBy) channel.dialledBy.endMayBeMissed = true;
    if (entry.bridge === '') state.bridges.leave(channel);
    else state.bridges.enter(entry.bridge, channel);
  }
  for (const channel of [...state.channels.all()]) {
    if (!alive.has(channel.uniqueid) && known.has(channel.uniqueid)) endChannel(state, channel, at);
  }
  state.knownAtListRequest = undefined;
  state.unconfirmed.clear();
  for (const entry of listed) noteFront(state, entry, listed);
  flushDialsAwaitingList(state);
  for (const entry of listed) noteDials(state, entry, listed);
  // The list has no order: who calls comes before who is called, as in any dial.
  fresh.sort(([, a], [, b]) => Number(isDialled(a)) - Number(isDialled(b)));
  for (const [channel, entry] of fresh) openCertain(state, channel, entry, listed, at);
  for (const entry of listed) talkInBridge(state, entry, at);
  state.legs.releaseAll();
}

/** No list is to be expected: what waits for it is told as far as it is known, and what was known goes on. */
export function resyncWithoutList(state: State, at: number | undefined): void {
  state.knownAtListRequest = undefined;
  state.unconfirmed.clear();
  // What an earlier run knew counts as seen now: it is forgotten some time if nothing shows it.
  for (const channel of state.channels.all()) if (channel.seenAt === 0) channel.seenAt = at ?? 0;
  flushDialsAwaitingList(state);
  state.legs.releaseAll();
}

/** Whether a channel's beginning was missed: it is new, or was only shown in passing since the connection is back. */
function isUnseen(channel: Channel | undefined): boolean {
  return (
    channel === undefined ||
    (channel.dialledExten === undefined &&
      channel.dialledBy === undefined &&
      channel.leg === undefined &&
      !channel.hasDialled)
  );
}

/** Whether a channel was seen, but not what it does in its call: the dial may have begun while nobody was looking. */
function hasNoPart(channel: Channel): boolean {
  return (
    channel.leg === undefined &&
    channel.dialledBy === undefined &&
    !channel.hasDialled &&
    !channel.wasUp &&
    !channel.originated
  );
}

/** A caller that an application answered, and for whom phones are now dialled: it is not the application's alone. */
function noteDials(state: State, entry: ListedChannel, listed: readonly ListedChannel[]): void {
  const leg = state.channels.get(entry.uniqueid)?.leg;
  if (leg?.flow !== 'OUT' || leg.dialled) return;
  const rings = (other: ListedChannel) => isDialled(other) && !isHelper(other.channel);
  if (!othersOf(entry, listed).some(rings)) return;
  leg.dialled = true;
  state.legs.changed(leg);
}

function observeListed(
  state: State,
  entry: ListedChannel,
  isNew: boolean,
  at: number | undefined,
): Channel | undefined {
  // Live events can be ahead of the list: who was answered rings no more.
  const isUp = state.channels.get(entry.uniqueid)?.isUp === true;
  const channel = state.channels.upsert(isUp ? { ...entry, state: UP } : entry, at);
  if (channel === undefined) return undefined;
  if (isNew) channel.firstSeenUp = channel.isUp;
  channel.wasUp ||= channel.isUp;
  return channel;
}

/** What is told of the beginning of a channel that was not seen to begin. */
function noteBeginning(state: State, channel: Channel, entry: ListedChannel): void {
  for (const [name, value] of Object.entries(entry.variables ?? {})) setVariable(state, channel, name, value);
  if (channel.dialledExten !== undefined) return;
  const number = state.legs.numberDialledBy(channel.uniqueid, channel.linkedid) ?? entry.dnid;
  if (isCalling(entry)) {
    // Who has not been answered yet is hardly past the number that it dialled; a queue or a menu answers.
    channel.dialledExten = number ?? (entry.state === UP ? undefined : usableExten(entry.exten));
  } else if ((number ?? (isDialled(entry) ? '' : undefined)) === '') {
    channel.dialledExten = '';
    channel.createdAsCallee = true;
  }
}

/** A caller shown as being dialled. (The phone of a click to call is shown so until it begins to dial on.) */
function isInDialledPlace(channel: Channel, entry: ListedChannel): boolean {
  return isDialled(entry) && !channel.originated;
}

/**
 * A caller that is now in a dialled phone's place has taken its call; whose call it was can no longer be told. (A channel
 * that is put in another's place keeps that one's application.)
 */
function pickedUpMeanwhile(state: State, picker: Channel, at: number | undefined): void {
  picker.isPicker = true;
  state.skip('dial-out', 'pickup', picker, at);
}

/** Opens the leg of a channel that came while nobody was looking, where its direction is certain. */
function openCertain(
  state: State,
  channel: Channel,
  entry: ListedChannel,
  listed: readonly ListedChannel[],
  at: number | undefined,
): void {
  if (channel.extension === undefined) return;
  const instead = isDialled(entry) ? 'dial-in' : 'dial-out';
  if (channel.isUp) {
    state.skip(instead, 'seen too late', channel, at);
    return;
  }
  const others = othersOf(entry, listed);
  if (isDialled(entry)) {
    if (isOriginated(entry, others)) {
      channel.originated = true;
      state.skip('dial-in', 'originated', channel, at);
    } else if (others.some(({ channel: name }) => !name.endsWith(';2')))
      dialIn(state, channel, originAmong(state, others), entry.linkedid, at);
    return;
  }
  const number = usableExten(channel.dialledExten) ?? usableExten(entry.exten);
  const dials = others.some((other) => isDialled(other));
  if (entry.state === RING && number !== undefined && dials) {
    channel.hasDialled = true;
    dialOut(state, channel, number, at, true);
    // Its answer may have been told while the list was on its way.
    const { answeredDial, leg } = channel;
    if (answeredDial && leg) state.legs.answer(leg, at, answererOf(answeredDial)?.extension);
  }
}

/**
 * A Local channel that somebody dialled while nobody was looking: phones behind it are rung for that caller. (One that is
 * made without a dial, as for a consultation, is not shown as dialled.)
 */
function noteFront(state: State, entry: ListedChannel, listed: readonly ListedChannel[]): void {
  const front = state.channels.get(entry.uniqueid);
  if (front === undefined || front.dialledBy !== undefined || !isFront(entry) || !isDialled(entry)) return;
  const others = othersOf(entry, listed);
  const caller = isOriginated(entry, others) ? undefined : callerAmong(others);
  const source = caller && state.channels.get(caller.channel.uniqueid);
  if (caller === undefined || source === undefined) return;
  const { exten } = caller.dialling;
  front.dialledBy = { source, dest: front, exten, status: undefined, beginMissed: true, endMayBeMissed: true };
}

/** Who calls, by the others of its call. */
function originAmong(state: State, others: readonly ListedChannel[]): Origin {
  const caller = callerAmong(others);
  const known = ({ uniqueid }: ListedChannel) => state.channels.get(uniqueid);
  const channel = caller && known(caller.channel);
  if (caller === undefined || channel === undefined || !isParty(channel)) return NOBODY;
  return { ...NOBODY, channel, dialling: known(caller.dialling), exten: caller.dialling.exten };
}

function talkInBridge(state: State, entry: ListedChannel, at: number | undefined): void {
  const channel = state.channels.get(entry.uniqueid);
  if (channel === undefined || channel.wasConnected || !isParty(channel)) return;
  for (const other of state.bridges.partiesWith(channel)) markConnected(state, channel, other, at);
  for (const other of state.bridges.othersWith(channel)) {
    // Behind a Local channel that a caller dialled and that is Up, somebody has answered.
    if (other.isLocal && other.isUp && channel.leg?.flow === 'OUT' && channel.leg.dialled)
      state.legs.answer(channel.leg, at);
  }
}
