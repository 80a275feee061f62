import type { DeliveryFilter, DeliveryHistory } from '../admin.ts';
import { attemptViewOf, deliveryViewOf, suspendedRuleOf } from '../admin-rows.ts';
import { changeAll } from './change-all.ts';
import { countMatches, findPage } from './find-page.ts';
import type { HistoryMethod } from './forwarded-history.ts';
import type { HistoryTables } from './history-tables.ts';
import { shortestPaths } from './index-choice.ts';
import { LastDeliveries } from './last-deliveries.ts';
import { MinuteCounts } from './minute-counts.ts';
import { scanRows } from './scan-rows.ts';

/** The history in the tables of a database, SQLite or PostgreSQL. */
export class TableHistory implements Pick<DeliveryHistory, HistoryMethod> {
  readonly #tables: HistoryTables;
  readonly #minutes: MinuteCounts;
  readonly #last: LastDeliveries;

  constructor(tables: HistoryTables) {
    this.#tables = tables;
    this.#minutes = new MinuteCounts(tables);
    this.#last = new LastDeliveries(tables);
  }

  async page(...[filter, limit, cursor]: Parameters<DeliveryHistory['page']>) {
    return findPage(this.#tables, filter, limit, cursor);
  }

  async count(...[filter]: Parameters<DeliveryHistory['count']>) {
    return countMatches(this.#tables, filter);
  }

  async show(...[id, callId]: Parameters<DeliveryHistory['show']>) {
    const wanted = { ids: [id] };
    const row =
      (callId === undefined ? undefined : await this.#first({ ...wanted, callId })) ?? (await this.#first(wanted));
    if (row === undefined) return undefined;
    return { delivery: deliveryViewOf(row), attempts: (await this.#tables.attempts(row)).map(attemptViewOf) };
  }

  async minutes() {
    return this.#minutes.read();
  }

  async lastOfExtensions(...[extensions]: Parameters<DeliveryHistory['lastOfExtensions']>) {
    return this.#last.of('extension', extensions);
  }

  async lastOfRules(...[ruleIds]: Parameters<DeliveryHistory['lastOfRules']>) {
    return this.#last.of('event_id', ruleIds);
  }

  async failing() {
    return this.#last.failing();
  }

  async targets() {
    return this.#tables.targets();
  }

  async suspended() {
    return (await this.#tables.suspended()).map(suspendedRuleOf);
  }

  async retry(...[filter, now]: Parameters<DeliveryHistory['retry']>) {
    return this.#change('retry', filter, now);
  }

  async discard(...[filter, now]: Parameters<DeliveryHistory['discard']>) {
    return this.#change('discard', filter, now);
  }

  async resume(...[ruleId]: Parameters<DeliveryHistory['resume']>) {
    return this.#tables.resume(ruleId);
  }

  async #first(filter: DeliveryFilter) {
    const options = { columns: '*', after: undefined, limit: 1, deadline: Number.POSITIVE_INFINITY };
    const { rows } = await scanRows(this.#tables, await shortestPaths(this.#tables, filter), options);
    return rows[0];
  }

  async #change(change: 'retry' | 'discard', filter: DeliveryFilter, now: number) {
    try {
      return await changeAll(this.#tables, change, filter, now);
    } finally {
      this.#minutes.forget();
    }
  }
}
