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

it('forgets a number whatever stands around it in a URL, but not one that is longer', async () => {
  const written = ['%2861234567%29', '%2261234567%22', '%2B61234567', '61234567', '5%20%7B61234567', '%28612345678'];
  for (const [index, value] of written.entries())
    outbox.write({
      deliveries: [delivery(`n${index}`, { url: `http://a/?n=${value}` })],
      deadLetters: [{ callId: '1.1', id: `n${index}`, at: 5, reason: 'HTTP 404' }],
    });
  outbox.flush();
  expect(await admin.forget('61234567')).toMatchObject({ forgotten: 5, pending: 0 });
  expect(await admin.show('n5')).toBeDefined();
});

it('counts by state, rule and reason, the largest first', async () => {
  expect(await admin.counts({})).toMatchObject([
    { state: 'dead', ruleId: 'E', reason: 'HTTP 404', count: 2 },
    { state: 'pending', ruleId: 'E', reason: undefined, count: 1 },
    { state: 'pending', ruleId: 'F', reason: undefined, count: 1 },
  ]);
  expect(await admin.counts({ state: 'pending' })).toHaveLength(2);
});
