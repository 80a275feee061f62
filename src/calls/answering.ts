import type { BridgeEnter } from '../ami/events.ts';
import { type Channel, isParty } from './channel.ts';
import { answererOf, type Dial, verdictOf } from './dial.ts';
import { settle, settleNumbered } from './settling.ts';
import type { State } from './state.ts';

/**
 * A dial was answered: so is the phone that it reached, when every dial around it agrees; and so is the caller's leg,
 * when this dial is its outermost.
 */
export function answered(state: State, dial: Dial, caller: Channel | undefined, at: number | undefined): void {
  const phone = answererOf(dial);
  if (phone?.leg?.flow === 'IN' && verdictOf(phone) === 'answered') state.legs.answer(phone.leg, at);
  if (caller?.leg?.flow === 'OUT') state.legs.answer(caller.leg, at, phone?.extension);
}

/** A channel enters a bridge: with another party in it, both are answered. */
export function bridgeEnter(state: State, event: BridgeEnter): void {
  const channel = state.see(event, event.at);
  if (channel === undefined) return;
  // The phone of a click to call enters a bridge with its own Local channel first: that settles nothing.
  if (!channel.originated) settle(state, channel, event.at);
  state.bridges.enter(event.bridge, channel);
  if (event.technology === 'holding_bridge' || !isParty(channel)) return;
  for (const other of state.bridges.othersWith(channel)) {
    if (!isParty(other)) continue;
    for (const originated of [channel, other]) settleNumbered(state, originated, event.at);
    talk(state, channel, other, event.at);
    talk(state, other, channel, event.at);
  }
}

/** `channel` is in a bridge with `other`. */
export function talk(state: State, channel: Channel, other: Channel, at: number | undefined): void {
  channel.talked = true;
  const leg = channel.leg;
  if (leg === undefined) return;
  const calledHere = !leg.answered && other.leg?.flow === 'IN' && other.leg.call === leg.call;
  state.legs.answer(leg, at, calledHere ? other.extension : undefined);
}

/** Whether a channel's own part of its leg was answered, as far as that is known when it ends. */
export function wasAnswered(channel: Channel): boolean {
  const { leg } = channel;
  if (channel.talked) return true;
  if (leg === undefined || !channel.wasUp) return false;
  if (leg.flow === 'OUT') return !leg.dialled;
  if (channel.pickedUp) return true;
  const verdict = verdictOf(channel);
  return verdict === 'answered' || verdict === 'pending';
}
