import type { BridgeEnter, BridgeLeave } from '../../ami/ami-events.ts';
import type { BridgeKind } from '../model/bridges.ts';
import { callingLegs } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import { answererOf, type Dial, dialResult } from '../model/dial.ts';
import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { concludeApplicationCall, concludeIfNumberKnown } from './application-answer.ts';
import { noteConsultation } from './channel-creator.ts';
import { takeRingingCall } from './pickup.ts';
import { connectQueued } from './queue-agent.ts';
import { callerOf, type Origin } from './walk-back-to-caller.ts';

/**
 * A dial was answered: so is the phone that it reached, when every dial around it agrees; and so is the caller's leg, when
 * somebody was reached. Behind a Local channel it may be an application (voicemail, a queue), which is nobody.
 * @param origin where the dial comes from, when its result is a result there; else absent
 */
export function answered(state: TrackerState, dial: Dial, origin: Origin | undefined, at: number | undefined): void {
  const phone = answererOf(dial);
  if (phone?.leg?.flow === 'IN' && dialResult(phone) === 'answered') state.legs.answer(phone.leg, at);
  if (phone === undefined || origin === undefined) return;
  const caller = callerOf(origin);
  for (const leg of callingLegs(caller)) state.legs.answer(leg, at, phone.extension);
  if (origin.channel !== undefined) state.legs.missed.originAnswered(origin.channel.uniqueid);
}

/** A channel enters a bridge of Asterisk: with another party in it, or behind a Local channel in it, both are answered. */
export function bridgeEnter(state: TrackerState, event: BridgeEnter): void {
  const channel = state.observe(event, event.at);
  if (channel === undefined) return;
  const kind = kindOf(event);
  state.bridges.enter(event.bridge, channel, kind);
  channel.markEntered(event);
  if (channel.isLocal && !channel.isSecondHalf) noteConsultation(state, channel);
  if (state.deferred.size > 0) flushBehindMembers(state, channel, event.at);
  // Alone in a bridge for two, a caller may be about to meet the one whose call it picks up; and the phone of a click
  // to call meets its own Local channel first.
  if (kind !== 'pair' && !channel.isOriginated) concludeApplicationCall(state, channel, event.at);
  if (kind === 'holding') return;
  connectQueued(state, channel, event.at);
  if (isParty(channel))
    for (const other of state.bridges.partiesWith(channel)) connectParties(state, channel, other, event.at);
  else if (channel.isLocal && channel.partner !== undefined) {
    // It joins the two bridges that its halves are in.
    const behind = [...state.bridges.partiesWith(channel.partner)];
    if (behind.length === 0) return;
    for (const one of state.bridges.partiesWith(channel))
      for (const other of behind) if (one !== other) connectParties(state, one, other, event.at);
  }
}

/** A party in a bridge with the half of a Local channel is who dials through that. */
function flushBehindMembers(state: TrackerState, channel: Channel, at: number | undefined): void {
  const members = state.bridges.members(channel);
  if (members.some(isParty)) for (const member of members) state.deferred.flushBehind(member, at);
}

/** A channel leaves a bridge of Asterisk. */
export function bridgeLeave(state: TrackerState, event: BridgeLeave): void {
  const channel = state.observe(event, event.at);
  if (channel === undefined) return;
  channel.markLeft(event);
  if (channel.bridge === event.bridge) state.bridges.leave(channel);
}

function kindOf({ bridgeType, technology }: BridgeEnter): BridgeKind {
  if (technology === 'holding_bridge') return 'holding';
  return bridgeType === 'basic' ? 'pair' : 'other';
}

/** Two parties come to hear each other. */
function connectParties(state: TrackerState, one: Channel, other: Channel, at: number | undefined): void {
  resolveOnConnect(state, one, other, at);
  resolveOnConnect(state, other, one, at);
  connect(state, one, other, at);
  connect(state, other, one, at);
}

/** A channel that went Up with no dial meets another party: it picked up that one's call, or has made one of its own. */
function resolveOnConnect(state: TrackerState, channel: Channel, other: Channel, at: number | undefined): void {
  if (!state.upWithoutDial.has(channel)) return;
  if (!channel.isOriginated && takeRingingCall(state, channel, other, at)) return;
  if (channel.isOriginated) concludeIfNumberKnown(state, channel, at);
  else concludeApplicationCall(state, channel, at);
}

/** `channel` hears `other`: its leg was answered with that, by `other` when that is an extension of the same call. */
export function connect(state: TrackerState, channel: Channel, other: Channel, at: number | undefined): void {
  channel.markConnected();
  state.legs.missed.originConnected(channel.uniqueid);
  for (const leg of [channel.leg, channel.lineLeg]) {
    if (leg === undefined) continue;
    const calledHere = !leg.answered && other.leg?.flow === 'IN' && other.leg.call === leg.call;
    state.legs.answer(leg, at, calledHere ? other.extension : undefined);
  }
}

/** Whether a channel's own part of its leg was answered, as far as that is known when it ends. */
export function wasAnswered(channel: Channel): boolean {
  const { leg } = channel;
  if (channel.wasConnected) return true;
  if (leg === undefined || !channel.wasUp) return false;
  if (leg.flow === 'OUT') return !leg.dialled;
  if (channel.isPicker) return true;
  const result = dialResult(channel);
  // A phone whose call is picked up before its dial has ended has answered too late.
  return result === 'answered' || (result === 'pending' && !channel.isPickedUp);
}
