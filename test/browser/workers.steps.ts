import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { createLog } from '../../src/log.ts';
import { DeliverWorker } from '../../src/service/deliver-worker.ts';
import { fixtureText } from '../helpers/fixture-log.ts';
import { type ServedPage, servePage, webSettings } from '../helpers/page.ts';
import { hasPostgres, type Postgres, startPostgres } from '../shared-queue/postgres.ts';
import { launch } from './browser.ts';
import { enter } from './world.ts';

/** A worker beside the service is needed for it, and a PostgreSQL between them: `npm run test:queue` installs it. */
const needs = { skip: hasPostgres() ? false : 'PostgreSQL is not installed' };

let postgres: Postgres;
let browser: Browser;
let one: ServedPage;
before(async () => {
  if (needs.skip !== false) return;
  postgres = await startPostgres(['fsync = off']);
  browser = await launch();
  one = await servePage(
    (url) => `  "101": { events: [{ on: dial-out, url: "${url}/" }, { on: hangup, url: "${url}/" }] }`,
    webSettings(),
    `queue: ${postgres.url}`,
    { asteriskKeys: 'name: pbx' },
  );
});
after(async () => {
  await browser?.close();
  await one?.stop();
  postgres?.remove();
});

describe('somebody who looks at what workers send', needs, () => {
  it('sees it without loading the page again', async () => {
    const { page, faults, close } = await enter(browser, one);
    one.asterisk.play(fixtureText('direct-answered'));
    // They are in the queue, and nobody sends.
    do await page.goto(`${one.url}/deliveries`);
    while ((await page.locator('#list .state.wait').count()) < 2);
    await page.evaluate(() => Object.assign(globalThis, { isTheSame: true }));
    const configFile = join(mkdtempSync(join(tmpdir(), 'call-events-worker-')), 'deliver.yaml');
    writeFileSync(configFile, `queue: ${postgres.url}\n`);
    const worker = new DeliverWorker({
      configFile,
      env: {},
      createLog: (level, secrets) => createLog(level, 'json', secrets, () => undefined),
    });
    await worker.start();
    await page.locator('#list .state.good').nth(1).waitFor();
    assert.equal(await page.evaluate(() => 'isTheSame' in globalThis), true, 'the page was loaded again');
    assert.deepEqual(faults, []);
    await worker.stop();
    await close();
  });
});
