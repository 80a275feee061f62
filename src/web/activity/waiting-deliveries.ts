import type { WebContext } from '../web-context.ts';
import type { Activity } from './activity.ts';

/** How many deliveries wait to be sent. */
export interface Waiting {
  count: number;
  /** Else there are at least so many. */
  isAll: boolean;
  /** For how long the oldest waits, in milliseconds; absent: not known. */
  oldestMs: number | undefined;
}

/** What waits in this service, and in the shared queue. */
export async function waitingOf(
  { state: { queue }, config }: Pick<WebContext, 'state' | 'config'>,
  { history }: Pick<Activity, 'history'>,
): Promise<Waiting> {
  const own = { count: queue.depth, isAll: true, oldestMs: queue.oldestMs };
  if (config.queue === undefined) return own;
  const { count, isAll } = await history.count({ state: 'pending' });
  // What stands in for the queue are the deliveries that are counted already.
  return history.limitedBy === undefined ? { count: own.count + count, isAll, oldestMs: undefined } : own;
}
