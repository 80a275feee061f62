import type { DeliveryFilter, DeliveryView } from '../../delivery/admin.ts';
import { resendableOf } from '../../delivery/resendable.ts';
import type { Change } from '../router.ts';
import { WebError } from '../web-error.ts';
import type { Activity } from './activity.ts';

/*
 * The changes to deliveries by pages and API, each with its entry for the log.
 */

/** @throws WebError when there is no such delivery */
export async function found(activity: Activity, id: string, callId: string | undefined) {
  const one = await activity.history.show(id, callId);
  if (one === undefined)
    throw new WebError(404, `there is no delivery ${id}: it was forgotten (delivery.history says when), or never was`);
  return one;
}

/** @throws WebError when its rule is suspended: the delivery would be dead at once, unsent */
export async function retryOne({ history }: Activity, { id, callId, ruleId, state }: DeliveryView): Promise<Change> {
  if ((await history.suspended()).some((rule) => rule.ruleId === ruleId))
    throw new WebError(409, `rule ${ruleId} is suspended: resume it first, then send this again`);
  await history.retry({ ids: [id], callId }, Date.now());
  return { what: `delivery ${id} is sent again`, before: { state }, after: { state: 'pending' } };
}

/** @throws WebError when the delivery is no longer pending */
export async function discardOne({ history }: Activity, { id, callId, state }: DeliveryView): Promise<Change> {
  if ((await history.discard({ ids: [id], callId }, Date.now())) === 0)
    throw new WebError(409, `it is not waiting any more: it is ${state === 'pending' ? 'done' : state}`);
  return { what: `delivery ${id} is discarded`, before: { state }, after: { state: 'dead' } };
}

/** An action on all deliveries that match a filter. */
export interface Bulk {
  /** The only state of deliveries that it can be done to, whatever the filter says. */
  state: 'dead' | 'pending';
  change: 'retry' | 'discard';
}

/** The deliveries that an action on all would change. */
export interface BulkSelection {
  filter: DeliveryFilter;
  /** How many others match and stay unchanged: their rules are suspended. */
  suspended: number;
}

/** @param filter its state does not matter @throws WebError */
export async function selectedBy(
  { history }: Activity,
  { state, change }: Bulk,
  filter: DeliveryFilter,
): Promise<BulkSelection> {
  const selected = { ...filter, state };
  if (change === 'discard') return { filter: selected, suspended: 0 };
  const resendable = resendableOf(selected, await history.suspended());
  const counts = await Promise.all(resendable.suspended.map((one) => history.count(one)));
  return { filter: resendable.filter, suspended: counts.reduce((sum, { count }) => sum + count, 0) };
}

/** @returns how many were changed, how many stay unchanged, and the entry for the log */
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

/** @throws WebError when the rule is not suspended */
export async function resume({ history }: Activity, id: string): Promise<Change> {
  if (!(await history.resume(id))) throw new WebError(404, `rule ${id} is not suspended`);
  return { what: `rule ${id} is resumed` };
}
