import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createLog } from '../../src/log.ts';
import { DeliverWorker } from '../../src/service/deliver-worker.ts';
import { AttemptsWatch } from '../../src/shared-queue/attempts-watch.ts';
import { Arrivals } from '../helpers/arrivals.ts';
import { followStream } from '../helpers/live-stream.ts';
import { servePage, webSettings } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';
import { emptyQueue } from './queue-place.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;
const ANSWERED = readFileSync(
  join(import.meta.dirname, '../../fixtures/direct-answered/asterisk22-pjsip.ami.log'),
  'utf8',
);

let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  ending.push(() => client.end());
  return client;
}

async function startWorker(queue: string): Promise<void> {
  const configFile = join(mkdtempSync(join(tmpdir(), 'call-events-worker-')), 'deliver.yaml');
  writeFileSync(configFile, `queue: ${queue}\n`);
  const worker = new DeliverWorker({
    configFile,
    env: {},
    createLog: (level, secrets) => createLog(level, 'json', secrets, () => undefined),
  });
  ending.push(() => worker.stop());
  await worker.start();
}

/** Connections that look at what workers do. */
const LOOKING =
  "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'call-events page, listening'";

describeWithPostgres('what workers try to send', () => {
  it('is seen live by who looks at a page, and is not looked for while nobody does', async () => {
    const url = await emptyQueue(postgres, 'live_page');
    const client = await connected(url);
    const looking = async () => Number((await client.query(LOOKING)).rows[0].n);
    const one = await servePage(
      (to) => `  "101": { events: [{ on: dial-out, id: out, url: "${to}/" }, { on: hangup, id: end, url: "${to}/" }] }`,
      webSettings(),
      `queue: ${url}`,
      { asteriskKeys: 'name: pbx' },
    );
    ending.push(() => one.stop());
    await startWorker(url);
    expect(await looking()).toBe(0);
    const { events, leave } = await followStream(one);
    await until(looking, (n) => n > 0);
    one.asterisk.play(ANSWERED);
    const seen = await events.count(2, ({ name }) => name === 'delivery');
    expect(seen.filter(({ name }) => name === 'delivery').map(({ data }) => data)).toEqual([
      expect.objectContaining({
        extension: '101',
        event: 'dial-out',
        eventId: 'out',
        attempt: 1,
        state: 'delivered',
        status: 200,
      }),
      expect.objectContaining({
        extension: '101',
        event: 'hangup',
        eventId: 'end',
        attempt: 1,
        state: 'delivered',
        status: 200,
      }),
    ]);
    leave();
    await until(looking, (n) => n === 0);
  }, 60_000);

  it('is seen without hints, too; each attempt once, and what is dead without one', async () => {
    const url = await emptyQueue(postgres, 'without_hints');
    const client = await connected(url);
    const seen = new Arrivals<string>();
    const watch = new AttemptsWatch({
      url,
      sources: () => ['pbx'],
      onAttempts: (reports) => {
        for (const { delivery, attempt, sent, outcome, nextAttemptAt } of reports)
          seen.add(`${delivery.id} ${attempt} ${outcome}${sent ? '' : ', not sent'}${nextAttemptAt ? ', again' : ''}`);
      },
    });
    ending.push(() => watch.close());
    await client.query(deliveryOf('one', 'pending', 1));
    await client.query(attemptOf('one', 1, 'retry'));
    await seen.until((all) => all.length === 1);
    await client.query(deliveryOf('two', 'dead', 0));
    await client.query(deliveryOf('others', 'delivered', 1, 'elsewhere'));
    await client.query(attemptOf('others', 1, 'delivered', 'elsewhere'));
    await client.query(attemptOf('one', 2, 'delivered'));
    await seen.until((all) => all.length === 3);
    expect([...seen.all].sort()).toEqual(['one 1 retry, again', 'one 2 delivered', 'two 0 dead, not sent']);
  }, 60_000);

  it('is read a few times a second, however often something is tried', async () => {
    const url = await emptyQueue(postgres, 'many_hints');
    const client = await connected(url);
    await client.query(deliveryOf('one', 'pending', 0));
    let reads = 0;
    let count = 0;
    const seen = new Arrivals<number>();
    const began = performance.now();
    const watch = new AttemptsWatch({
      url,
      sources: () => ['pbx'],
      onAttempts: (reports) => {
        reads++;
        for (const { attempt } of reports) seen.add(attempt);
      },
    });
    ending.push(() => watch.close());
    while (reads < 4) {
      await client.query(attemptOf('one', ++count, 'retry'));
      await client.query("SELECT pg_notify('call_events_attempts', '')");
      // No more in the time that is looked back than are read at once.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // The first at once, and the others half a second after each other.
    expect(performance.now() - began).toBeGreaterThan(1400);
    await seen.until((all) => all.length === count);
  }, 60_000);
});

const deliveryOf = (id: string, state: string, attempts: number, source = 'pbx') => `
  INSERT INTO call_events.deliveries (source, id, event, rank, event_id, call_id, extension, leg_key, target, method, url, headers,
    created_at, window_at, attempts, state, next_at, settled_at)
  VALUES ('${source}', '${id}', 'hangup', 3, 'end', 'c', '101', '${id}', 'http://crm', 'GET', 'http://crm/', '{}', 0, 0, ${attempts},
    '${state}', CASE '${state}' WHEN 'pending' THEN call_events.now_ms() + 60000 END,
    CASE '${state}' WHEN 'pending' THEN NULL ELSE call_events.now_ms() END)`;

const attemptOf = (id: string, number: number, outcome: string, source = 'pbx') => `
  INSERT INTO call_events.attempts (source, delivery, number, at, duration_ms, outcome)
  VALUES ('${source}', '${id}', ${number}, call_events.now_ms() - 10, 10, '${outcome}')`;
