import type { DeliveryFilter, DeliveryView } from '../../delivery/admin.ts';
import { sendableOf } from '../../delivery/sendable.ts';
import type { Change } from '../router.ts';
import { WebError } from '../web-error.ts';
import type { Activity } from './activity.ts';

/*
 * What pages and API change of deliveries, each with what is logged of it.
 */

/** @throws WebError when there is none */
export async function found(activity: Activity, id: string, callId: string | undefined) {
  const one = await activity.history.show(id, callId);
  if (one === undefined)
    throw new WebError(404, `there is no delivery ${id}: it was forgotten (delivery.history says when), or never was`);
  return one;
}

/** @throws WebError when its rule is suspended: it would be dead at once, unsent */
export async function retryOne({ history }: Activity, { id, callId, ruleId, state }: DeliveryView): Promise<Change> {
  if ((await history.suspended()).some((rule) => rule.ruleId === ruleId))
    throw new WebError(409, `rule ${ruleId} is suspended: resume it first, then send this again`);
  await history.retry({ ids: [id], callId }, Date.now());
  return { what: `delivery ${id} is sent again`, before: { state }, after: { state: 'pending' } };
}

/** @throws WebError when it is not waiting any more */
export async function discardOne({ history }: Activity, { id, callId, state }: DeliveryView): Promise<Change> {
  if ((await history.discard({ ids: [id], callId }, Date.now())) === 0)
    throw new WebError(409, `it is not waiting any more: it is ${state === 'pending' ? 'done' : state}`);
  return { what: `delivery ${id} is discarded`, before: { state }, after: { state: 'dead' } };
}

/** What is done to all deliveries that match. */
export interface Bulk {
  /** The only state to which it can be done, whatever the filter says. */
  state: 'dead' | 'pending';
  change: 'retry' | 'discard';
}

/** What a change of all would be done to. */
export interface BulkSelection {
  filter: DeliveryFilter;
  /** How many else match and are left as they are: their rules are suspended. */
  suspended: number;
}

/** @param filter whatever it says of the state @throws WebError */
export async function selectedBy(
  { history }: Activity,
  { state, change }: Bulk,
  filter: DeliveryFilter,
): Promise<BulkSelection> {
  const selected = { ...filter, state };
  if (change === 'discard') return { filter: selected, suspended: 0 };
  const sendable = sendableOf(selected, await history.suspended());
  const counts = await Promise.all(sendable.suspended.map((one) => history.count(one)));
  return { filter: sendable.filter, suspended: counts.reduce((sum, { count }) => sum + count, 0) };
}

/** @returns how many there were, how many were left as they are, and what to log */
export async function changeAll(
  activity: Activity,
  bulk: Bulk,
  filter: DeliveryFilter,
): Promise<{ count: number; suspended: number; logged: Change }> {
  const selected = await selectedBy(activity, bulk, filter);
  const count = await activity.history[bulk.change](selected.filter, Date.now());
  const what = bulk.change === 'retry' ? 'deliveries are sent again' : 'deliveries are discarded';
  return { count, suspended: selected.suspended, logged: { what: `${count} ${what}`, before: selected.filter } };
}

/** @throws WebError when it is not suspended */
export async function resume({ history }: Activity, id: string): Promise<Change> {
  if (!(await history.resume(id))) throw new WebError(404, `rule ${id} is not suspended`);
  return { what: `rule ${id} is resumed` };
}
