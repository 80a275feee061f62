import type { QueueEntry } from '../../ami/ami-events.ts';
import { waitInQueue } from '../handlers/queue.ts';
import { answeredAgentOf, connectQueued, endQueueLeg } from '../handlers/queue-agent.ts';
import type { Channel } from '../model/channel.ts';
import { answererOf } from '../model/dial.ts';
import type { Leg } from '../model/leg.ts';
import type { TrackerState } from '../model/tracker-state.ts';

/**
 * After a gap, when it is known who lives and who hears whom: a queue's caller who still waits goes on, and one who
 * talks has been answered; others have left the queue. Who waits, and was not known to, has joined it.
 * @param queued who waits in queues; absent: not known
 */
export function reconcileQueues(
  state: TrackerState,
  queued: readonly QueueEntry[] | undefined,
  at: number | undefined,
): void {
  for (const leg of state.unconfirmedWaits) {
    const [caller] = leg.channels;
    if (caller?.queueLeg !== leg) continue;
    connectQueued(state, caller, at);
    if (leg.answered) {
      if (hasParted(state, leg, caller)) endQueueLeg(state, leg, at);
    } else if (queued !== undefined && !stillWaits(leg, caller, queued)) {
      const agent = answeredAgentOf(state, caller, leg);
      if (agent === undefined) endQueueLeg(state, leg, at);
      else state.legs.setAgent(leg, (agent.incomingDial && answererOf(agent.incomingDial)) ?? agent);
    }
  }
  for (const { uniqueid, queue } of queued ?? []) {
    const channel = state.channels.get(uniqueid);
    if (channel !== undefined && channel.queueLeg === undefined && !state.leftQueues.has(uniqueid))
      waitInQueue(state, channel, queue, '', at);
  }
  state.unconfirmedWaits.clear();
  state.leftQueues.clear();
}

/** Whether a caller who was answered hears another party now, and not the agent. */
function hasParted(state: TrackerState, { agent }: Leg, caller: Channel): boolean {
  if (agent === undefined) return false;
  const others = [...state.bridges.partiesWith(caller)];
  return others.length > 0 && !others.includes(agent) && !agent.isLocal;
}

function stillWaits(leg: Leg, caller: Channel, queued: readonly QueueEntry[]): boolean {
  return queued.some(
    ({ uniqueid, queue }) => uniqueid === caller.uniqueid && queue.toLowerCase() === leg.queue?.toLowerCase(),
  );
}
