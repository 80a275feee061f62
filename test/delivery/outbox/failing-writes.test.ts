import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import type { Delivery } from '../../../src/delivery/delivery.ts';
import { Dispatcher } from '../../../src/delivery/dispatch/dispatcher.ts';
import { migrate } from '../../../src/delivery/outbox/migrations.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { pendingOf } from '../../../src/delivery/pending-delivery.ts';
import { asMade } from '../../helpers/delivery.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

/** A database on a bad disk: from the n-th write on, so many fail, as SQLite reports of them. */
class BadDisk extends DatabaseSync {
  #writes = 0;
  failFrom = Number.POSITIVE_INFINITY;
  failing = 0;
  errcode = 10;

  get writes(): number {
    return this.#writes;
  }

  override exec(sql: string): void {
    if (sql === 'COMMIT' || sql === 'BEGIN IMMEDIATE') {
      this.#writes++;
      if (this.#writes >= this.failFrom && this.#writes < this.failFrom + this.failing)
        throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: this.errcode });
    }
    super.exec(sql);
  }
}

const delivery = (id: string, legKey: string, createdAt: number): Delivery => ({
  id,
  event: 'hangup',
  ruleId: 'E',
  callId: '1',
  extension: '101',
  legKey,
  target: 'http://a:80',
  method: 'GET',
  url: `http://a/${id}`,
  headers: {},
  body: undefined,
  createdAt,
});

/**
 * Twelve deliveries of four legs, on a disk that fails once for a while. @returns what was sent, and what is on disk
 */
async function run(failFrom: number, failing: number, errcode: number) {
  const database = new BadDisk(':memory:');
  migrate(database);
  Object.assign(database, { failFrom, failing, errcode });
  const troubles: number[] = [];
  const outbox = new Outbox(database, {
    trouble: ({ lost }) => troubles.push(lost),
    recovered: () => undefined,
  });
  const clock = new FakeClock();
  const sent: string[] = [];
  const unwritten: string[] = [];
  const written = new Set<string>();
  const dispatcher = new Dispatcher({
    outbox,
    clock,
    send: async ({ url }) => {
      const id = url.slice('http://a/'.length);
      if (!written.has(id)) unwritten.push(id);
      sent.push(id);
      return { kind: 'answer', status: 200, answer: '' };
    },
    policyFor: () => ({ schedule: { triesMs: [0, 1000], expireMs: 86_400_000 }, timeoutMs: 1000, secrets: [] }),
    limits: () => ({ perTarget: 2, total: 8 }),
    onAttempt: () => undefined,
    rules: () => asMade,
    isSuspended: () => false,
    onSuspended: () => undefined,
    onUnreadable: () => undefined,
  });
  for (let n = 0; n < 12; n++) {
    const one = delivery(`d${n}`, `L${n % 4}`, clock.now());
    outbox.write({
      deliveries: [one],
      written: () => {
        written.add(one.id);
        dispatcher.add(pendingOf(one));
      },
    });
    await clock.pass(0);
  }
  // The outbox tries again by the real clock; here somebody does so at once.
  for (let more = 0; more < 12; more++) {
    outbox.flush();
    await clock.pass(1000);
  }
  const left = outbox.pending().length;
  const { health } = outbox;
  outbox.close();
  return { sent, unwritten, left, health, troubles, writes: database.writes };
}

it('whichever write fails, once or for a while: nothing is sent before it is written, and everything is sent once', async () => {
  const { writes } = await run(Number.POSITIVE_INFINITY, 0, 10);
  for (const [failing, errcode] of [
    [1, 13],
    [1, 10],
    [5, 13],
  ] as const)
    for (let nth = 1; nth <= writes; nth++) {
      const { sent, unwritten, left, health, troubles } = await run(nth, failing, errcode);
      expect({ nth, sent: new Set(sent).size, times: sent.length, unwritten, left, lost: health.lost }).toEqual({
        nth,
        sent: 12,
        times: 12,
        unwritten: [],
        left: 0,
        lost: 0,
      });
      expect(health.ok).toBe(true);
      expect(troubles.length).toBeGreaterThan(0);
    }
});
