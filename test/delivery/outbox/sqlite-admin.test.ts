import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { migrate } from '../../../src/delivery/outbox/migrations.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { SqliteAdmin } from '../../../src/delivery/outbox/sqlite-admin.ts';
import { delivery } from '../../helpers/delivery.ts';

let outbox: Outbox;
let admin: SqliteAdmin;
beforeEach(() => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  outbox = new Outbox(database, { trouble: () => undefined, recovered: () => undefined });
  admin = new SqliteAdmin(database);
  outbox.write({ deliveries: [delivery('a'), delivery('b'), delivery('c', { ruleId: 'F' }), delivery('d')] });
  const deadLetter = (id: string, reason: string) => ({ callId: '1.1', id, at: 5, reason });
  outbox.write({ deadLetters: [deadLetter('a', 'HTTP 404'), deadLetter('b', 'HTTP 404')] });
  outbox.flush();
});
afterEach(() => outbox.close());

it('shows one delivery by its id', async () => {
  expect(await admin.show('b')).toMatchObject({ id: 'b', state: 'dead', reason: 'HTTP 404' });
  expect(await admin.show('none')).toBeUndefined();
});

it('counts by state, rule and reason, the largest first', async () => {
  expect(await admin.counts({})).toMatchObject([
    { state: 'dead', ruleId: 'E', reason: 'HTTP 404', count: 2 },
    { state: 'pending', ruleId: 'E', reason: undefined, count: 1 },
    { state: 'pending', ruleId: 'F', reason: undefined, count: 1 },
  ]);
  expect(await admin.counts({ state: 'pending' })).toHaveLength(2);
});
