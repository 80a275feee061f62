import type { Channel } from '../model/channel.ts';
import { answeredBehind } from '../model/dial.ts';
import type { Leg } from '../model/leg.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { findOriginOf } from './find-origin.ts';

/*
 * The two sides of a queue's leg: its caller, on the channel that waits, and the agent who answers. Local channels
 * between them come and go, and a transfer can put another party in the caller's place: the leg goes on with who is
 * there then.
 */

/** The queue's leg whose caller is on this channel, or behind it. */
export function queueLegOf(state: TrackerState, channel: Channel): Leg | undefined {
  return channel.queueLeg ?? findOriginOf(state, channel).channel?.queueLeg;
}

/** An agent's channel that answered for the caller who waits on this channel, and lives; absent when none has. */
export function answeredAgentOf(state: TrackerState, waiting: Channel, leg: Leg): Channel | undefined {
  for (const channel of state.channels.all())
    if (!channel.hasEnded && hasAnswered(channel, waiting, leg)) return channel;
  return undefined;
}

function hasAnswered(channel: Channel, waiting: Channel, leg: Leg): boolean {
  const dial = channel.incomingDial;
  if (dial?.source === waiting) return dial.status === 'ANSWER' || (dial.status === undefined && channel.isUp);
  return channel.isPicker && channel.isUp && channel.leg?.call === leg.call;
}

/**
 * A channel that went Up with no dial may have picked up what a queue's caller has left the queue for.
 * @param leftAt when: it was Up by then; absent without timestamps
 * @param except a channel that has not
 */
export function possiblePicker(state: TrackerState, leftAt: number | undefined, except?: Channel): Channel | undefined {
  for (const [channel, upAt] of state.upWithoutDial) {
    const wasUp = upAt === undefined || leftAt === undefined || upAt <= leftAt;
    if (wasUp && !channel.isOriginated && channel !== except) return channel;
  }
  return undefined;
}

/**
 * A channel that seemed to have answered for callers of queues has not: it makes a call of its own, or has answered
 * another one.
 */
export function dismissAgent(state: TrackerState, channel: Channel): void {
  for (const leg of channel.agentLegs) if (!leg.answered) replaceAgent(state, leg, channel, leg.leftAt);
}

/** An agent has answered a queue's call, and is connected with its caller from now on. */
export function connectAgent(state: TrackerState, leg: Leg, agent: Channel | undefined, at: number | undefined): void {
  if (agent !== undefined) state.legs.setAgent(leg, phoneBehind(agent));
  state.legs.answer(leg, at);
  if (leg.agent !== undefined) dismissAgent(state, leg.agent);
  for (const caller of leg.channels) {
    const origin = findOriginOf(state, caller).channel;
    if (origin !== undefined) state.legs.missed.originAnswered(origin.uniqueid);
  }
}

/** A channel enters a bridge: where a queue's caller meets another party there, the queue's call is answered. */
export function connectQueued(state: TrackerState, entered: Channel, at: number | undefined): void {
  for (const channel of state.bridges.members(entered)) {
    const leg = channel.queueLeg;
    if (leg === undefined || leg.answered) continue;
    for (const other of state.bridges.partiesWith(channel)) {
      connectAgent(state, leg, other, at);
      break;
    }
  }
}

/** A queue's leg ends: its caller has left it, or what it was answered with is over. */
export function endQueueLeg(state: TrackerState, leg: Leg, at: number | undefined): void {
  for (const channel of leg.channels) state.legs.leave(leg, channel, false, at);
}

/** A channel has ended: so has the queue's leg that it is caller or agent of, unless another channel stands for it. */
export function leaveQueueAtEnd(state: TrackerState, channel: Channel, at: number | undefined): void {
  const { queueLeg, agentLegs } = channel;
  if (queueLeg !== undefined) {
    const party = successorOf(state, channel, queueLeg);
    if (party === undefined) endQueueLeg(state, queueLeg, at);
    else state.legs.moveCaller(queueLeg, party);
  }
  for (const leg of agentLegs) if (leg !== queueLeg) replaceAgent(state, leg, channel, at);
}

/** The caller's new channel, once the channel that the caller waited with has ended; absent: there is none. */
function successorOf(state: TrackerState, ended: Channel, leg: Leg): Channel | undefined {
  if (ended.replacement === undefined && !ended.isLocal) return undefined;
  const party = findOriginOf(state, ended).channel;
  if (party === undefined || party === ended || party.hasEnded || party.queueLeg !== undefined) return undefined;
  if (ended.replacement !== undefined) return party;
  // A Local channel that is taken out of the call when it has been answered.
  return leg.answered && hears(state, party, leg.agent) ? party : undefined;
}

function hears(state: TrackerState, channel: Channel, agent: Channel | undefined): boolean {
  for (const other of state.bridges.partiesWith(channel)) if (agent === undefined || other === agent) return true;
  return false;
}

function replaceAgent(state: TrackerState, leg: Leg, ended: Channel, at: number | undefined): void {
  const other = leg.answered
    ? phoneBehind(ended)
    : (otherAgentOf(state, leg) ?? possiblePicker(state, leg.leftAt, ended));
  if (other === undefined || other === ended || other.hasEnded) endQueueLeg(state, leg, at);
  else state.legs.setAgent(leg, other);
}

function otherAgentOf(state: TrackerState, leg: Leg): Channel | undefined {
  const [waiting] = leg.channels;
  return waiting && answeredAgentOf(state, waiting, leg);
}

/** The phone that answered behind a Local channel, else the channel itself. */
function phoneBehind(agent: Channel): Channel {
  return (agent.isLocal ? answeredBehind(agent.partner) : undefined) ?? agent;
}
