import type { QueueCallerJoin } from '../../ami/events.ts';
import type { State } from '../model/state.ts';

/** A caller waits in a queue; its own leg may be open already. */
export function queueCallerJoin(state: State, event: QueueCallerJoin): void {
  const channel = state.observe(event, event.at);
  if (channel === undefined) return;
  channel.markQueued(event.queue);
  if (channel.leg?.flow === 'OUT') state.legs.setQueue(channel.leg, event.queue);
}
