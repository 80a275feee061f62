import type { AttendedTransfer, BlindTransfer, ChannelSnapshot } from '../../ami/events.ts';
import { usableExten } from '../model/ami-values.ts';
import { wasCalled } from '../model/calling.ts';
import type { Channel } from '../model/channel.ts';
import { answeredBehind } from '../model/dial.ts';
import type { State } from '../model/state.ts';

/** Notes who transferred the party that now dials on. */
export function blindTransfer(state: State, event: BlindTransfer): void {
  const transferer = state.observe(event.transferer, event.at);
  const transferee = event.transferee && state.observe(event.transferee, event.at);
  if (event.result === 'Success') transferee?.markTransferred(transferer?.extension?.name, event.extension);
}

/**
 * Notes who transferred the call to the leg that goes on, who is put in the transferrer's place, and which two calls are one from
 * then on.
 */
export function attendedTransfer(state: State, event: AttendedTransfer): void {
  const transferer = state.observe(event.secondTransferer, event.at);
  const first = state.observe(event.origTransferer, event.at);
  const transferee = event.transferee && state.observe(event.transferee, event.at);
  if (event.result === 'Success')
    state.legs.joinCalls(callIdOf(first, event.origTransferer), callIdOf(transferer, event.secondTransferer));
  const named = event.transferTarget && state.observe(event.transferTarget, event.at);
  if (event.result === 'Success' && transferee !== undefined)
    putInPlace(state, transferee, first, transferer, event.at);
  const target = named ? partyBehind(named) : otherPartyOf(state, transferee, transferer);
  if (target?.leg === undefined || transferer?.extension === undefined || event.result !== 'Success') return;
  state.legs.setTransferredBy(target.leg, transferer.extension.name);
}

/** The CallID of a transferrer's call: his own leg's, for a channel's Linkedid changes with an earlier transfer. */
function callIdOf(channel: Channel | undefined, { linkedid }: ChannelSnapshot): string {
  return channel?.leg?.call.callId ?? linkedid;
}

/**
 * The transferred party is put in the transferrer's place: what is dialled from there is dialled for that party from now on.
 * @param first the transferrer's channel to the first party
 * @param second that to the second one; by feature code, the same
 */
function putInPlace(
  state: State,
  party: Channel,
  first: Channel | undefined,
  second: Channel | undefined,
  at: number | undefined,
): void {
  // The place is where an application runs, if one does: it can be in either call (IVR, queue, a dial that rings).
  const left = second?.bridge !== undefined && first !== undefined && first.bridge === undefined ? first : second;
  if (left === undefined) return;
  // By feature code it has dialled nothing but what the Local channel of the consultation shows.
  const number = first === second ? undefined : numberDialledBy(left);
  left.markReplacedBy(party, number);
  state.legs.missed.replaceOrigin(left.uniqueid, party, at);
  if (number !== undefined && left.bridge === undefined) party.markTransferredTo(number);
}

function numberDialledBy(channel: Channel): string | undefined {
  if (channel.leg?.flow === 'OUT') return channel.leg.params.CalledNumber;
  return wasCalled(channel) ? undefined : usableExten(channel.dialledExten);
}

/** A transfer by feature code can name no target: it is already in the bridge with the transferred party. */
function otherPartyOf(
  state: State,
  transferee: Channel | undefined,
  transferer: Channel | undefined,
): Channel | undefined {
  if (transferee === undefined) return undefined;
  const others = [...state.bridges.othersWith(transferee)].map(partyBehind);
  return others.find((other) => other !== transferer && other?.leg?.flow === 'IN');
}

/** A transfer by feature code consults through a Local channel: the party is the one that answered there. */
function partyBehind(channel: Channel): Channel | undefined {
  return channel.isLocal ? answeredBehind(channel.partner) : channel;
}
