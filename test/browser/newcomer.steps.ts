import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, openWindow } from './browser.ts';
import { type DemoProcess, startDemo } from './demo-process.ts';

let demo: DemoProcess;
let browser: Browser;

before(async () => {
  [demo, browser] = await Promise.all([startDemo('--speed', '10'), launch()]);
});

after(async () => {
  await browser.close();
  await demo.stop();
});

/** Where the demo's own receiver is: somewhere that answers. */
async function receiverOf(page: Page): Promise<string> {
  const text = await page.locator('main').innerText();
  return /127\.0\.0\.1:(?!9\b)\d+/.exec(text)?.[0] ?? '';
}

describe('somebody who has never seen the page', () => {
  for (const javaScript of [true, false])
    it(`adds a rule for 101, sends a test, finds the next delivery, and why 104 sent nothing ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
      const { page, faults, close } = await openWindow(browser, { javaScript });
      await page.goto(demo.url);
      await page.getByRole('link', { name: 'Extensions', exact: true }).click();
      await page.getByRole('link', { name: '101', exact: true }).first().click();
      const receiver = await receiverOf(page);
      await page.getByRole('link', { name: 'Add Call Event' }).click();
      const address = `http://${receiver}/101/newcomer-${javaScript}`;
      await page.getByLabel('Make request to').fill(address);
      await page.getByLabel('Request method').selectOption('POST');
      await page.getByLabel('Notes').first().fill('Tried by a newcomer');
      const eventId = await page.getByLabel('Event ID').inputValue();

      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByText('200', { exact: false }).first().waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('and in force').waitFor();
      assert.ok((await page.locator('main').innerText()).includes(eventId));

      // 101 is rung by the recordings all the time.
      await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
      const ours = `${demo.url}deliveries?rule=${eventId}`;
      for (let found = 0; found === 0; ) {
        await page.goto(ours);
        found = await page.locator('tbody .state.good').count();
        await page.waitForTimeout(300);
      }
      await page.locator('tbody a').first().click();
      assert.match(await page.locator('main').innerText(), /newcomer/);
      assert.match(await page.locator('main').innerText(), /Attempt 1/);

      await demo.saying('104 is rung');
      await page.getByRole('link', { name: 'Calls', exact: true }).click();
      await page.getByRole('link', { name: '→ 104' }).first().click();
      assert.match(await page.locator('main').innerText(), /104 . nothing was sent/);
      assert.match(await page.locator('main').innerText(), /104 has no rule/);
      assert.deepEqual(faults, []);
      await close();
    });
});
