import type { AttendedTransfer, BlindTransfer, ChannelSnapshot } from '../../ami/ami-events.ts';
import { usableExten } from '../model/ami-values.ts';
import { wasCalled } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { answeredBehind } from '../model/dial.ts';
import type { Leg } from '../model/leg.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { findOrigin } from './find-origin.ts';
import { replaceOrigin } from './missed-call-evidence.ts';

/** Notes who transferred the party that now dials on. */
export function blindTransfer(state: TrackerState, event: BlindTransfer): void {
  const transferer = state.observe(event.transferer, event.at);
  const transferee = event.transferee && state.observe(event.transferee, event.at);
  if (event.result !== 'Success' || transferee === undefined) return;
  const by = transferer?.extension?.name;
  transferee.markTransferred(by, event.extension);
  if (by === undefined) return;
  // Its dial can be reported first.
  for (const leg of legsRungBy(state, transferee, event.extension)) state.legs.setTransferredBy(leg, by);
}

/**
 * Notes who transferred the call to the leg that goes on, who is put in the transferrer's place, and which two calls
 * are one from then on.
 */
export function attendedTransfer(state: TrackerState, event: AttendedTransfer): void {
  // It shows the channels as they were when the transfer began, and so their Linkedids of before.
  const channelOf = (shown: ChannelSnapshot | undefined) =>
    shown && (state.channels.get(shown.uniqueid) ?? state.observe(shown, event.at));
  const transferer = channelOf(event.secondTransferer);
  const first = channelOf(event.origTransferer);
  const transferee = channelOf(event.transferee);
  const named = channelOf(event.transferTarget);
  if (event.result !== 'Success') return;
  state.legs.joinCalls(callIdOf(first, event.origTransferer), callIdOf(transferer, event.secondTransferer));
  const left = placeLeft(first, transferer);
  const target = named ? consultedParty(named) : otherPartyOf(state, transferee, [first, transferer]);
  const by = transferer?.extension?.name;
  if (by !== undefined && target?.leg !== undefined) state.legs.setTransferredBy(target.leg, by);
  else if (by !== undefined && left !== undefined) {
    // Nobody has answered there yet: it is for who rings now, or is rung later on.
    for (const leg of legsRungBy(state, left)) state.legs.setTransferredBy(leg, by);
    transferee?.markTransferredBy(by);
  }
  if (transferee !== undefined && left !== undefined)
    putInPlace(state, transferee, left, first === transferer, event.at);
}

/**
 * The IN legs that ring for a channel now; with a number, those that it has dialled by that, also when they have
 * answered.
 */
function legsRungBy(state: TrackerState, caller: Channel, number?: string): Leg[] {
  return [...state.channels.all()].flatMap(({ leg, incomingDial, isLocal }) => {
    if (isLocal || leg?.flow !== 'IN' || incomingDial === undefined) return [];
    if (number === undefined && incomingDial.status !== undefined) return [];
    const { channel, dialling, transferred, transferredTo, exten } = findOrigin(state, incomingDial);
    const isCaller = channel === caller || dialling === caller || transferred === caller;
    return isCaller && (number === undefined || exten === number || transferredTo === number) ? [leg] : [];
  });
}

/** The CallID of a transferrer's call: his own leg's, for a channel's Linkedid changes with an earlier transfer. */
function callIdOf(channel: Channel | undefined, { linkedid }: ChannelSnapshot): string {
  return channel?.leg?.call.callId ?? linkedid;
}

/**
 * The channel of a transferrer whose place another party comes into: where an application runs, if one does. That can
 * be in either call (IVR, queue, a dial that rings).
 * @param first the transferrer's channel to the first party
 * @param second that to the second one; by feature code, the same
 */
function placeLeft(first: Channel | undefined, second: Channel | undefined): Channel | undefined {
  return second?.bridge !== undefined && first !== undefined && first.bridge === undefined ? first : second;
}

/**
 * The transferred party is put in the transferrer's place: what is dialled from there is dialled for that party from
 * now on.
 * @param hasConsulted it was by feature code: the transferrer has one channel
 */
function putInPlace(
  state: TrackerState,
  party: Channel,
  left: Channel,
  hasConsulted: boolean,
  at: number | undefined,
): void {
  // By feature code it has dialled nothing but what the Local channel of the consultation shows.
  const number = hasConsulted ? undefined : numberDialledBy(left);
  left.markReplacedBy(party, number);
  replaceOrigin(state, left, party, at);
  if (number !== undefined && left.bridge === undefined) party.markTransferredTo(number);
}

function numberDialledBy(channel: Channel): string | undefined {
  if (channel.leg?.flow === 'OUT') return channel.leg.params.CalledNumber;
  return wasCalled(channel) ? undefined : usableExten(channel.dialledExten);
}

/** A transfer by feature code can name no target: it is already in the bridge with the transferred party. */
function otherPartyOf(
  state: TrackerState,
  transferee: Channel | undefined,
  transferers: readonly (Channel | undefined)[],
): Channel | undefined {
  if (transferee === undefined) return undefined;
  const others = [...state.bridges.othersWith(transferee)].map(consultedParty);
  return others.find((other) => !transferers.includes(other) && other?.leg?.flow === 'IN');
}

/** A transfer by feature code consults through a Local channel: the party is the one that answered there. */
function consultedParty(channel: Channel): Channel | undefined {
  return channel.isLocal ? answeredBehind(channel.partner) : channel;
}
