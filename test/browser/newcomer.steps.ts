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

/** The address of another Call Event, which the form shows as an example: somewhere that answers. */
async function exampleIn(page: Page): Promise<string> {
  return (await page.locator('#h-url code').innerText()).replace(/[^/]*$/, '');
}

/** Whether somebody has it before their eyes, without scrolling. */
async function isInSight(page: Page, words: string): Promise<boolean> {
  const box = await page.getByText(words).first().boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= 800;
}

describe('somebody who has never seen the page', () => {
  for (const javaScript of [true, false])
    it(`adds a rule for 101, sends a test, finds the next delivery, and why 104 sent nothing ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
      const { page, faults, close } = await openWindow(browser, { javaScript });
      await page.goto(demo.url);
      await page.getByRole('link', { name: 'Extensions', exact: true }).click();
      await page.getByRole('link', { name: '101', exact: true }).first().click();
      await page.getByRole('link', { name: 'Add Call Event' }).click();
      // Nothing is wrong before anything was typed; then it is said what is missing, by the name of the field.
      assert.equal(await page.getByRole('alert').count(), 0);
      const address = `${await exampleIn(page)}newcomer-${javaScript}`;
      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByRole('alert').getByRole('link', { name: 'Make request to' }).click();
      await page.locator('#f-url:focus').waitFor();
      await page.keyboard.type(address);
      await page.getByLabel('Request method').selectOption('POST');
      await page.getByLabel('Notes').first().fill('Tried by a newcomer');
      const eventId = await page.getByLabel('Event ID').inputValue();

      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByText('HTTP 200').first().waitFor();
      assert.match(await page.locator('#preview').innerText(), /Nothing is saved yet/);
      if (javaScript) assert.ok(await isInSight(page, 'HTTP 200'), 'what came of the test is out of sight');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('and active').waitFor();
      const row = page.getByRole('row').filter({ hasText: eventId });

      // 101 is rung by the recordings all the time: its line says so, and leads there.
      const result = row.getByRole('link', { name: 'delivered' });
      while ((await result.count()) === 0) {
        await page.waitForTimeout(300);
        await page.reload();
      }
      // In the list of all it is known by its address.
      await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
      await page
        .getByRole('row')
        .filter({ hasText: `/101/newcomer-${javaScript}` })
        .first()
        .getByRole('link')
        .first()
        .click();
      await page.getByText('Attempt 1').first().waitFor();
      assert.match(await page.locator('main').innerText(), /newcomer/);

      await demo.saying('104 is rung');
      await page.getByRole('link', { name: 'Extensions', exact: true }).click();
      await page.getByRole('row').filter({ hasText: '104' }).getByRole('link', { name: 'why?' }).click();
      await page.getByRole('link', { name: '→ 104' }).first().click();
      await page
        .getByText(/104 . nothing was sent/)
        .first()
        .waitFor();
      const story = await page.locator('main').innerText();
      assert.match(story, /104 has no rule/);
      assert.doesNotMatch(story, /\d ms|`/);
      // And what to do about it.
      await page.getByRole('link', { name: 'Add a Call Event for it' }).first().click();
      assert.equal(await page.getByLabel('Event', { exact: true }).inputValue(), 'dial-in');
      // Without JavaScript a form that is not right yet is answered with that status.
      assert.deepEqual(
        faults.filter((fault) => javaScript || !fault.includes('422')),
        [],
      );
      await close();
    });
});
