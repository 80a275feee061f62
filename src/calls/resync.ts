import { type ListedChannel, RING } from '../ami/events.ts';
import { talk } from './answering.ts';
import { type Channel, isParty } from './channel.ts';
import { answererOf } from './dial.ts';
import { end } from './ending.ts';
import { dialIn, dialOut } from './opening.ts';
import type { Origin } from './origin.ts';
import type { State } from './state.ts';
import { usableExten } from './value.ts';

/** The application that `CoreShowChannels` shows for a channel that is being dialled. */
const DIALLED = new Set(['AppDial', 'AppDial2', 'AppQueue']);

/**
 * After a gap: compares what is known with the channels that Asterisk says are alive. What is gone has ended; what is
 * new opens its leg only while it is not answered and its direction is certain.
 */
export function resync(state: State, listed: readonly ListedChannel[], at: number | undefined): void {
  state.knownWhenAsked ??= new Set([...state.channels.all()].map((channel) => channel.uniqueid));
  const known = state.knownWhenAsked;
  const alive = new Set(listed.map((channel) => channel.uniqueid));
  const fresh: [Channel, ListedChannel][] = [];
  for (const entry of listed) {
    const isNew = isUnseen(state.channels.get(entry.uniqueid));
    const channel = see(state, entry, isNew, at);
    if (channel === undefined) continue;
    // That it was answered meanwhile has to be known after the next restart, too.
    if (channel.leg !== undefined) state.legs.changed(channel.leg);
    if (isNew || hasNoPart(channel)) fresh.push([channel, entry]);
    else if (isInDialledPlace(channel, entry) && state.settling.delete(channel)) pickedUpMeanwhile(state, channel, at);
    else if (channel.dialledBy?.status === undefined && channel.dialledBy) channel.dialledBy.uncertain = true;
    if (entry.bridge === '') state.bridges.leave(channel);
    else state.bridges.enter(entry.bridge, channel);
  }
  for (const channel of [...state.channels.all()]) {
    if (!alive.has(channel.uniqueid) && known.has(channel.uniqueid)) end(state, channel, at);
  }
  state.knownWhenAsked = undefined;
  state.unconfirmed.clear();
  for (const entry of listed) noteDials(state, entry, listed);
  // The list has no order: who calls comes before who is called, as in any dial.
  fresh.sort(([, a], [, b]) => Number(DIALLED.has(a.application)) - Number(DIALLED.has(b.application)));
  for (const [channel, entry] of fresh) openCertain(state, channel, entry, listed, at);
  for (const entry of listed) talkInBridge(state, entry, at);
  state.legs.releaseAll();
}

/** Whether a channel's beginning was missed: it is new, or was only shown in passing since the connection is back. */
function isUnseen(channel: Channel | undefined): boolean {
  return (
    channel === undefined ||
    (channel.firstExten === undefined &&
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
  if (!othersOf(entry, listed).some((other) => DIALLED.has(other.application))) return;
  leg.dialled = true;
  state.legs.changed(leg);
}

function othersOf(entry: ListedChannel, listed: readonly ListedChannel[]): ListedChannel[] {
  return listed.filter((other) => other.linkedid === entry.linkedid && other.uniqueid !== entry.uniqueid);
}

function see(state: State, entry: ListedChannel, isNew: boolean, at: number | undefined): Channel | undefined {
  const channel = state.channels.see(entry, at);
  if (channel === undefined) return undefined;
  if (isNew) {
    channel.silent = channel.isUp;
    // Who is being dialled has dialled no number.
    if (!DIALLED.has(entry.application))
      channel.firstExten = state.legs.numberDialledBy(channel.uniqueid, channel.linkedid) ?? entry.exten;
  }
  channel.wasUp ||= channel.isUp;
  return channel;
}

/** A caller shown as being dialled. (The phone of a click to call is shown so until it begins to dial on.) */
function isInDialledPlace(channel: Channel, entry: ListedChannel): boolean {
  return DIALLED.has(entry.application) && !channel.originated;
}

/**
 * A caller that is now in a dialled phone's place has taken its call; whose call it was can no longer be told. (A channel
 * that is put in another's place keeps that one's application.)
 */
function pickedUpMeanwhile(state: State, picker: Channel, at: number | undefined): void {
  picker.pickedUp = true;
  state.unsent('dial-out', 'pickup', picker, at);
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
  const instead = DIALLED.has(entry.application) ? 'dial-in' : 'dial-out';
  if (channel.isUp) {
    state.unsent(instead, 'seen too late', channel, at);
    return;
  }
  const others = othersOf(entry, listed);
  if (DIALLED.has(entry.application)) {
    if (isOriginated(entry, others)) {
      channel.originated = true;
      state.unsent('dial-in', 'originated', channel, at);
    } else if (others.length > 0) dialIn(state, channel, originAmong(state, others), entry.linkedid, at);
    return;
  }
  const number = usableExten(channel.firstExten) ?? usableExten(entry.exten);
  const dials = others.some((other) => DIALLED.has(other.application));
  if (entry.state === RING && number !== undefined && dials) {
    channel.hasDialled = true;
    dialOut(state, channel, number, at, true);
    // Its answer may have been told while the list was on its way.
    const { answeredDial, leg } = channel;
    if (answeredDial && leg) state.legs.answer(leg, at, answererOf(answeredDial)?.extension);
  }
}

/** Whether AMI Originate or a call file rings the phone: with nobody calling, directly or through a Local channel. */
function isOriginated(entry: ListedChannel, others: readonly ListedChannel[]): boolean {
  const calls = (other: ListedChannel) => !DIALLED.has(other.application) && !other.channel.startsWith('Local/');
  const begins = (one: ListedChannel) => one.application === 'AppDial2' && one.uniqueid === one.linkedid;
  return [entry, ...others].some(begins) && !others.some(calls);
}

/** The caller among the channels of a call: it is dialled by nobody and no Local channel. */
function originAmong(state: State, others: readonly ListedChannel[]): Origin {
  const callers = others.filter((other) => !DIALLED.has(other.application));
  const first = callers.find((other) => other.uniqueid === other.linkedid) ?? callers[0];
  const channel = [first, ...callers, behindLocal(callers, others)]
    .map((other) => other && state.channels.get(other.uniqueid))
    .find((candidate) => candidate !== undefined && isParty(candidate));
  return { channel, originated: false, dialling: channel, exten: first?.exten ?? '', through: undefined };
}

/** Who calls through the first half of a Local channel (click to call): it is in a bridge with the second half. */
function behindLocal(callers: readonly ListedChannel[], others: readonly ListedChannel[]): ListedChannel | undefined {
  const front = callers.find((other) => /^Local\/.*;1$/.test(other.channel));
  const half = front && others.find((other) => other.channel === `${front.channel.slice(0, -1)}2`);
  return half && others.find((other) => other.bridge !== '' && other.bridge === half.bridge && other !== half);
}

function talkInBridge(state: State, entry: ListedChannel, at: number | undefined): void {
  const channel = state.channels.get(entry.uniqueid);
  if (channel === undefined || channel.talked || !isParty(channel)) return;
  for (const other of state.bridges.othersWith(channel)) {
    if (isParty(other)) talk(state, channel, other, at);
    // Behind a Local channel that a caller dialled and that is Up, somebody has answered.
    else if (other.isLocal && other.isUp && channel.leg?.flow === 'OUT' && channel.leg.dialled)
      state.legs.answer(channel.leg, at);
  }
}
