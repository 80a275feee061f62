import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shortestPaths } from '../../../../src/delivery/history/index-choice.ts';
import { HistoryClient } from '../../../../src/delivery/outbox/history/history-client.ts';
import { SqliteTables } from '../../../../src/delivery/outbox/history/sqlite-tables.ts';
import { openOutbox } from '../../../../src/delivery/outbox/open-outbox.ts';
import { insertRows, type OutboxRow } from '../../../helpers/outbox-rows.ts';
import { temporaryDirectory } from '../../../helpers/temporary.ts';
import { FILTERS, FROM, ROWS, showsTheHistory } from '../../history.ts';

const directory = temporaryDirectory();
let files = 0;
const outboxOf = (rows: Iterable<OutboxRow>) => {
  const path = join(directory.path, `${files++}.db`);
  const database = openOutbox(path, () => undefined);
  insertRows(database, rows);
  return { path, database };
};

showsTheHistory('SQLite', async (rows) => {
  const { path, database } = outboxOf(rows);
  const history = new HistoryClient(path);
  return {
    tables: new SqliteTables(database),
    history,
    async remove() {
      await history.close();
      database.close();
    },
  };
});

describe('pages of an outbox', () => {
  let database: DatabaseSync;
  beforeAll(() => {
    database = outboxOf(ROWS).database;
  });
  afterAll(() => database.close());

  it.each(FILTERS)('of %j are found by an index, in its order', async (filter) => {
    const [path] = await shortestPaths(new SqliteTables(database), filter);
    const behind = 'AND (created_at, seq) < (?, ?)';
    const plan = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT * FROM ${path?.from} WHERE ${path?.seek.where} ${behind} ORDER BY created_at DESC, seq DESC`,
      )
      .all(...(path?.seek.values ?? []), FROM, 1)
      .map(({ detail }) => String(detail));
    expect(plan).toEqual([expect.stringMatching(/^SEARCH deliveries USING INDEX deliveries_\w+ \(/)]);
  });

  it('one by its id is sought in each hour, and not in all of an index', async () => {
    const [path] = await shortestPaths(new SqliteTables(database), { ids: ['m5'] });
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${path?.from} WHERE ${path?.seek.where}`)
      .all(...(path?.seek.values ?? []))
      .map(({ detail }) => String(detail));
    expect(plan.filter((step) => /SCAN (?!hours|wanted)/.test(step))).toEqual([]);
    expect(plan).toContain('SEARCH one USING COVERING INDEX deliveries_id (<expr>=? AND id=?)');
  });

  it('take the shorter way of two', async () => {
    const tables = new SqliteTables(database);
    const fromOf = async (filter: (typeof FILTERS)[number]) => (await shortestPaths(tables, filter))[0]?.from;
    expect(await fromOf({ extension: '102', state: 'dead' })).toContain('deliveries_extension');
    expect(await fromOf({ extension: '101', state: 'pending' })).toContain('deliveries_state');
  });
});
