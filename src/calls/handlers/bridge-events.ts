import type { BridgeEnter, BridgeLeave } from '../../ami/ami-events.ts';
import type { BridgeKind } from '../model/bridges.ts';
import type { Channel } from '../model/channel.ts';
import { isParty } from '../model/helper-channels.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { connect } from './answer.ts';
import { concludeApplicationCall, concludeIfNumberKnown } from './application-answer.ts';
import { noteConsultation } from './channel-creator.ts';
import { takeRingingCall } from './pickup.ts';
import { connectQueued } from './queue-agent.ts';

/**
 * A channel enters a bridge of Asterisk: with another party in it, or behind a Local channel in it, both are answered.
 */
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

/**
 * A channel that went Up with no dial meets another party: it picked up that one's call, or has made one of its own.
 */
function resolveOnConnect(state: TrackerState, channel: Channel, other: Channel, at: number | undefined): void {
  if (!state.upWithoutDial.has(channel)) return;
  if (!channel.isOriginated && takeRingingCall(state, channel, other, at)) return;
  if (channel.isOriginated) concludeIfNumberKnown(state, channel, at);
  else concludeApplicationCall(state, channel, at);
}
