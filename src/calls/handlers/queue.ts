import type {
  AgentComplete,
  AgentConnect,
  QueueCallerAbandon,
  QueueCallerJoin,
  QueueCallerLeave,
} from '../../ami/ami-events.ts';
import { shownNumber } from '../model/ami-values.ts';
import type { Channel } from '../model/channel.ts';
import { createDial } from '../model/dial.ts';
import type { Leg } from '../model/leg.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { routeDial } from './dial-routing.ts';
import { answeredAgentOf, connectAgent, endQueueLeg, possiblePicker, queueLegOf } from './queue-agent.ts';
import { reportSkip } from './report-skip.ts';

/** A caller waits in a queue; its own leg may be open already. */
export function queueCallerJoin(state: TrackerState, event: QueueCallerJoin): void {
  const channel = state.observe(event, event.at);
  if (channel === undefined) return;
  waitInQueue(state, channel, event.queue, shownNumber(event) ?? '', event.at);
}

/** @param exten that the channel shows; `''` when it shows none */
export function waitInQueue(
  state: TrackerState,
  channel: Channel,
  queue: string,
  exten: string,
  at: number | undefined,
): void {
  channel.markQueued(queue);
  state.leftQueues.delete(channel.uniqueid);
  for (const leg of [channel.leg, channel.lineLeg])
    if (leg !== undefined && (leg.flow === 'OUT' || leg.kind === 'line')) state.legs.setQueue(leg, queue);
  const extension = state.directory.ofQueue(queue);
  if (extension === undefined) {
    if (state.directory.hasQueues) reportSkip(state, 'dial-in', 'no queue', channel, at, queue);
    return;
  }
  const before = channel.queueLeg;
  // The event came twice: the caller waits there already.
  if (before?.extension === extension.name && !before.answered) return;
  if (before !== undefined) endQueueLeg(state, before, at);
  routeDial(state, createDial({ source: channel, dest: channel, exten, queue: extension }), at);
}

/** A caller hung up while it waited. */
export function queueCallerAbandon(state: TrackerState, event: QueueCallerAbandon): void {
  const leg = waitingLegOf(state, event, event.at);
  if (leg !== undefined) endQueueLeg(state, leg, event.at);
}

/**
 * A caller is in the queue no more. Where an agent has answered, the two are about to be connected: a subroutine of the
 * queue may run before that.
 */
export function queueCallerLeave(state: TrackerState, event: QueueCallerLeave): void {
  const leg = waitingLegOf(state, event, event.at);
  if (leg === undefined) return;
  const [caller] = leg.channels;
  const waiting = state.channels.get(event.uniqueid) ?? caller;
  const agent = (waiting && answeredAgentOf(state, waiting, leg)) ?? possiblePicker(state, event.at);
  if (agent === undefined) endQueueLeg(state, leg, event.at);
  else state.legs.leaveQueue(leg, agent, event.at);
}

/** The queue connects its caller with an agent. */
export function agentConnect(state: TrackerState, event: AgentConnect): void {
  const agent = event.dest && state.observe(event.dest, event.at);
  const leg = waitingLegOf(state, event, event.at);
  if (leg !== undefined) connectAgent(state, leg, agent, event.at);
}

/** Caller and agent have parted. That may be reported when the caller waits in another queue already. */
export function agentComplete(state: TrackerState, event: AgentComplete): void {
  const caller = state.observe(event, event.at);
  const agent = event.dest && state.observe(event.dest, event.at);
  const leg = (caller && queueLegOf(state, caller)) ?? agent?.agentLegs.find(({ answered }) => answered);
  if (leg?.answered !== true || !isOf(leg, event.queue)) return;
  if (agent !== undefined && leg.agent !== undefined && leg.agent !== agent && !agent.isLocal) return;
  endQueueLeg(state, leg, event.at);
}

/** The leg with which the caller waits in this queue, not answered yet. */
function waitingLegOf(
  state: TrackerState,
  event: QueueCallerLeave | QueueCallerAbandon | AgentConnect,
  at: number | undefined,
): Leg | undefined {
  const channel = state.observe(event, at);
  if (state.knownAtListRequest !== undefined) state.leftQueues.add(event.uniqueid);
  if (channel === undefined) return undefined;
  state.deferred.flushOf(channel);
  const leg = queueLegOf(state, channel);
  return leg !== undefined && !leg.answered && isOf(leg, event.queue) ? leg : undefined;
}

function isOf(leg: Leg, queue: string): boolean {
  return leg.queue?.toLowerCase() === queue.toLowerCase();
}
