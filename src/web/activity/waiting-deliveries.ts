import type { WebContext } from '../web-context.ts';
import type { Activity } from './activity.ts';

/** The number of deliveries that wait to be sent. */
export interface Waiting {
  count: number;
  /** `false`: `count` is a lower bound. */
  isAll: boolean;
  /** The age of the oldest, in milliseconds; absent: not known. */
  oldestMs: number | undefined;
}

/** The deliveries that wait in this service's outbox and in the shared queue. */
export async function waitingOf(
  { state: { queue }, config }: Pick<WebContext, 'state' | 'config'>,
  { history }: Pick<Activity, 'history'>,
): Promise<Waiting> {
  const own = { count: queue.depth, isAll: true, oldestMs: queue.oldestMs };
  if (config.queue === undefined) return own;
  const { count, isAll } = await history.count({ state: 'pending' });
  // The history of the own outbox stands in for the queue's: its deliveries are counted already.
  return history.limitedBy === undefined ? { count: own.count + count, isAll, oldestMs: undefined } : own;
}
