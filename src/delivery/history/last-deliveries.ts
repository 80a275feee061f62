import type { DeliveryState, LastDelivery } from '../admin.ts';
import { textOr } from '../admin-rows.ts';
import type { HistoryTables, Row } from './history-tables.ts';

/** This many untried deliveries are passed over, to find the last one with a result. */
const LOOKED_PAST = 20;
/** The time to find failing extensions; the answer has only extensions that were checked in this time. */
const FAILING_MS = 400;

/** Checking all extensions takes a twentieth of the time at most: ten thousand take a tenth of a second. */
const REST = 20;

/** The columns that {@link HistoryTables.newestOf} reads. */
export const LAST_COLUMNS = 'seq, id, event, event_id, call_id, extension, target, state, reason, created_at, attempts';

/** Finds the last delivery of each extension, and of each rule. */
export class LastDeliveries {
  readonly #tables: HistoryTables;
  #failing: readonly LastDelivery[] = [];
  #failingAt = Number.NEGATIVE_INFINITY;
  #failingLastedMs = 0;

  constructor(tables: HistoryTables) {
    this.#tables = tables;
  }

  /**
   * The last delivery with a result of each name; where the newest have none, the newest.
   * @param column what the names are: extensions, or ids of rules
   * @returns by name; a name without deliveries is absent
   */
  async of(column: 'extension' | 'event_id', names: readonly string[]): Promise<Record<string, LastDelivery>> {
    if (names.length === 0) return {};
    const rows = await this.#tables.newestOf(column, names, LOOKED_PAST);
    const byName = Map.groupBy(rows, (row) => String(row[column]));
    return Object.fromEntries([...byName].map(([name, its]) => [name, lastOf(its)]));
  }

  /** In the order of their names; a few seconds old where there are many extensions. */
  async failing(): Promise<readonly LastDelivery[]> {
    const now = performance.now();
    if (now - this.#failingAt < REST * this.#failingLastedMs) return this.#failing;
    this.#failing = await this.#lookForFailing();
    this.#failingAt = now;
    this.#failingLastedMs = performance.now() - now;
    return this.#failing;
  }

  async #lookForFailing(): Promise<LastDelivery[]> {
    const deadline = performance.now() + FAILING_MS;
    const failing: LastDelivery[] = [];
    // From one extension to the next, however many deliveries each has.
    for (let name = ''; performance.now() < deadline; ) {
      const names = await this.#tables.extensionsAfter(name);
      const last = names.at(-1);
      if (last === undefined) break;
      name = last;
      const found = await this.of('extension', names);
      failing.push(...names.flatMap((one) => (found[one]?.isFailing ? [found[one]] : [])));
    }
    return failing;
  }
}

/** The newest delivery with a result, else the newest. */
function lastOf(rows: readonly Row[]): LastDelivery {
  const newest = rows.toSorted((a, b) => Number(b.created_at) - Number(a.created_at) || Number(b.seq) - Number(a.seq));
  const known = newest.find(({ state, attempts }) => state !== 'pending' || Number(attempts) > 0);
  return lastFrom(known ?? newest[0] ?? {});
}

function lastFrom(row: Row): LastDelivery {
  const state = String(row.state) as DeliveryState;
  return {
    id: String(row.id),
    event: String(row.event),
    ruleId: String(row.event_id),
    callId: String(row.call_id),
    extension: String(row.extension),
    target: String(row.target),
    state,
    reason: textOr(row.reason),
    createdAt: Number(row.created_at),
    isFailing: state === 'dead' || (state === 'pending' && Number(row.attempts) > 0),
  };
}
