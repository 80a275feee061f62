import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeliveryState, LastDelivery } from '../../admin.ts';

/** So many that wait untried are looked past, to find one of which it is known how it went. */
const LOOKED_PAST = 20;
/** More extensions than that, and the answer is of those that were looked at in the time. */
const FAILING_MS = 400;

/** Looking at them all takes at most this share of the time: ten thousand take a tenth of a second. */
const REST = 20;

const COLUMNS = 'id, event, event_id, call_id, extension, target, state, reason, created_at, attempts';

/** How the last delivery of each extension, and of each rule, went. */
export class LastDeliveries {
  readonly #ofExtension: StatementSync;
  readonly #ofRule: StatementSync;
  readonly #nextExtension: StatementSync;

  #failing: readonly LastDelivery[] = [];
  #failingAt = Number.NEGATIVE_INFINITY;
  #failingLastedMs = 0;

  constructor(database: DatabaseSync) {
    const newest = (column: string, index: string) =>
      database.prepare(
        `SELECT ${COLUMNS} FROM deliveries INDEXED BY ${index} WHERE ${column} = ? ORDER BY created_at DESC, seq DESC LIMIT ${LOOKED_PAST}`,
      );
    this.#ofExtension = newest('extension', 'deliveries_extension');
    this.#ofRule = newest('event_id', 'deliveries_rule');
    this.#nextExtension = database.prepare(
      'SELECT min(extension) AS extension FROM deliveries INDEXED BY deliveries_extension WHERE extension > ?',
    );
  }

  ofExtensions(extensions: readonly string[]): Record<string, LastDelivery> {
    return byName(extensions, (one) => lastOf(this.#ofExtension, one));
  }

  ofRules(ruleIds: readonly string[]): Record<string, LastDelivery> {
    return byName(ruleIds, (one) => lastOf(this.#ofRule, one));
  }

  /** In the order of their names; a few seconds old where there are many extensions. */
  failing(): readonly LastDelivery[] {
    const now = performance.now();
    if (now - this.#failingAt < REST * this.#failingLastedMs) return this.#failing;
    this.#failing = this.#lookForFailing();
    this.#failingAt = now;
    this.#failingLastedMs = performance.now() - now;
    return this.#failing;
  }

  #lookForFailing(): LastDelivery[] {
    const deadline = performance.now() + FAILING_MS;
    const failing: LastDelivery[] = [];
    // From one to the next, however many deliveries each has.
    for (let name = ''; performance.now() < deadline; ) {
      const next = this.#nextExtension.get(name)?.extension;
      if (typeof next !== 'string') break;
      name = next;
      const last = lastOf(this.#ofExtension, name);
      if (last?.isFailing) failing.push(last);
    }
    return failing;
  }
}

function byName(
  names: readonly string[],
  find: (name: string) => LastDelivery | undefined,
): Record<string, LastDelivery> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const last = find(name);
      return last === undefined ? [] : [[name, last]];
    }),
  );
}

function lastOf(newest: StatementSync, name: string): LastDelivery | undefined {
  let first: Record<string, unknown> | undefined;
  for (const row of newest.iterate(name)) {
    first ??= row;
    if (row.state !== 'pending' || Number(row.attempts) > 0) return lastFrom(row);
  }
  return first && lastFrom(first);
}

function lastFrom(row: Record<string, unknown>): LastDelivery {
  const state = String(row.state) as DeliveryState;
  return {
    id: String(row.id),
    event: String(row.event),
    ruleId: String(row.event_id),
    callId: String(row.call_id),
    extension: String(row.extension),
    target: String(row.target),
    state,
    reason: row.reason === null ? undefined : String(row.reason),
    createdAt: Number(row.created_at),
    isFailing: state === 'dead' || (state === 'pending' && Number(row.attempts) > 0),
  };
}
