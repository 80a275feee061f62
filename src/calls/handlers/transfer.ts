import type { AttendedTransfer, BlindTransfer } from '../../ami/events.ts';
import type { Channel } from '../model/channel.ts';
import { answeredBehind } from '../model/dial.ts';
import type { State } from '../model/state.ts';

/** Notes who transferred the party that now dials on. */
export function blindTransfer(state: State, event: BlindTransfer): void {
  const transferer = state.observe(event.transferer, event.at);
  const transferee = event.transferee && state.observe(event.transferee, event.at);
  if (event.result === 'Success') transferee?.markTransferred(transferer?.extension?.name);
}

/** Notes who transferred the call to the leg that goes on. */
export function attendedTransfer(state: State, event: AttendedTransfer): void {
  const transferer = state.observe(event.secondTransferer, event.at);
  state.observe(event.origTransferer, event.at);
  const transferee = event.transferee && state.observe(event.transferee, event.at);
  const named = event.transferTarget && state.observe(event.transferTarget, event.at);
  const target = named ? partyBehind(named) : otherPartyOf(state, transferee, transferer);
  if (target?.leg === undefined || transferer?.extension === undefined || event.result !== 'Success') return;
  state.legs.setTransferredBy(target.leg, transferer.extension.name);
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
