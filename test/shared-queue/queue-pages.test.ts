import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { servePage, webSettings } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { pagesShowDeliveries } from '../web/deliveries.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';
import { emptyQueue, insertQueueRows } from './queue-place.ts';

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

async function serveWithQueue(name: string, extensions: (url: string) => string) {
  const url = await emptyQueue(postgres, name);
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  const options = { asteriskKeys: 'name: pbx' };
  const one = await servePage(extensions, webSettings(), `queue: ${url}`, options);
  return { one, client, url };
}

if (hasPostgres())
  pagesShowDeliveries('deliveries in the shared queue', async () => {
    const rule = (url: string) => `  "101": { events: [{ on: hangup, id: rule1, url: "${url}/" }] }`;
    const { one, client } = await serveWithQueue('pages', rule);
    return {
      one,
      async fill(rows) {
        await client.query('DELETE FROM call_events.deliveries; DELETE FROM call_events.suspended');
        await insertQueueRows(client, 'pbx', rows);
      },
      async suspend(ruleId) {
        await client.query("INSERT INTO call_events.suspended VALUES ('pbx', $1, $2, 'HTTP 410')", [
          ruleId,
          Date.now(),
        ]);
      },
      // There is no worker.
      isSentAgain: async () => undefined,
      async remove() {
        await one.stop();
        await client.end();
      },
    };
  });

describeWithPostgres('the pages of a service with a shared queue', () => {
  it('show what became of the deliveries of a call, and what waits while the queue is away', async () => {
    const { one, client } = await serveWithQueue(
      'stories',
      (url) =>
        `  "101": { events: [{ on: dial-out, id: out, url: "${url}/" }, { on: hangup, id: end, url: "${url}/" }] }`,
    );
    await one.login();
    one.asterisk.play(ANSWERED);
    const waiting = async () => (await client.query('SELECT call_id FROM call_events.deliveries')).rows;
    const rows = await until(waiting, ({ length }) => length === 2);
    const path = `/calls/${rows[0].call_id}`;
    expect((await one.browse(path)).text).toContain('waits to be sent');
    expect((await one.browse('/')).text).toMatch(/<b>2<\/b> waiting now/);
    await client.query(
      `UPDATE call_events.deliveries SET state = CASE event WHEN 'hangup' THEN 'dead' ELSE 'delivered' END, attempts = 1,
      settled_at = call_events.now_ms(), reason = CASE event WHEN 'hangup' THEN 'HTTP 404' END`,
    );
    // The list of calls is looked at first: it asks as well.
    expect((await one.browse('/calls')).text).toMatch(/1 delivered<\/span>, <span class="state bad">1 dead/);
    expect((await one.browse(path)).text).toMatch(/✓<\/span> delivered<[\s\S]*dead, after 1 try[\s\S]*HTTP 404/);
    expect((await one.api('GET', path)).json()).toMatchObject({
      timeline: expect.arrayContaining([
        expect.objectContaining({ sent: [expect.objectContaining({ outcome: 'delivered', attempt: 1 })] }),
      ]),
    });
    expect((await one.api('GET', '/deliveries')).json()).toMatchObject({ limitedBy: null });

    postgres.kill();
    for (const page of ['/', '/deliveries', path]) {
      const { status, text } = await one.browse(page);
      expect([status, text]).toEqual([
        200,
        expect.stringMatching(/The shared queue cannot be read \(.+\): this is only/),
      ]);
    }
    expect((await one.api('GET', '/deliveries')).json()).toMatchObject({
      deliveries: [],
      limitedBy: expect.stringContaining('the shared queue cannot be read'),
    });
    expect((await one.api('POST', '/rules/end/resume')).status).toBe(503);
    one.asterisk.play(ANSWERED.replaceAll('17', '18'));
    await one.log.until((lines) => lines.some(({ msg }) => String(msg).includes('deliveries wait in the outbox')));
    const shown = async () =>
      (await one.api('GET', '/deliveries')).json() as { deliveries: unknown[]; limitedBy: string | null };
    await until(shown, ({ deliveries }) => deliveries.length === 2);
    postgres.start();
    await one.log.until((lines) => lines.some(({ msg }) => String(msg).includes('can be written again')));
    await until(shown, ({ deliveries, limitedBy }) => limitedBy === null && deliveries.length === 4);
    await one.stop();
    await client.end();
  }, 60_000);
});
