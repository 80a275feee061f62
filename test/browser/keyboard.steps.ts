import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { fixtureText } from '../helpers/fixture-log.ts';
import { PASSWORD, type ServedPage, servePage } from '../helpers/page.ts';
import { launch, openWindow } from './browser.ts';
import { enter } from './world.ts';

let browser: Browser;
let one: ServedPage;

before(async () => {
  browser = await launch();
  one = await servePage(
    (url) => `  "101":
    events:
      - { on: dial-in, id: ring, url: "${url}/ringing" }`,
  );
});

after(async () => {
  await browser.close();
  await one.stop();
});

/** More stops than any page has. */
const MOST_STOPS = 80;

interface Stop {
  /** What a person calls it: its label, its words, or its address. */
  name: string;
  /** How it is shown that it has the focus. */
  outline: string;
  isInSight: boolean;
}

/** Where the focus is; absent: at the page as a whole. */
async function focused(page: Page): Promise<Stop | undefined> {
  return page.evaluate(`(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return undefined;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const { top, bottom, left, right } = at.getBoundingClientRect();
    const words = at.labels?.length > 0 ? [...at.labels].map((one) => one.textContent).join(' ') : at.textContent;
    return {
      name: (at.getAttribute('aria-label') ?? words).replaceAll(/\\s+/g, ' ').trim(),
      outline: outlineStyle + ' ' + outlineWidth,
      isInSight: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    };
  })()`);
}

/**
 * Goes on with Tab until the focus is where it is wanted. @returns the names of the stops on the way. @throws when it
 * never gets there
 */
async function tabTo(page: Page, name: string): Promise<string[]> {
  const passed: string[] = [];
  for (let count = 0; count < MOST_STOPS; count++) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop === undefined) continue;
    assert.match(stop.outline, /^(solid|auto) [1-9]/, `${stop.name}: one does not see that it has the focus`);
    assert.ok(stop.isInSight, `${stop.name} has the focus, and is out of sight`);
    passed.push(stop.name);
    if (stop.name === name) return passed;
  }
  assert.fail(`Tab does not lead to ${name}, but to ${passed.join(', ')}`);
}

async function press(page: Page, name: string, key = 'Enter'): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}

describe('somebody without a mouse', () => {
  for (const width of [1280, 360])
    it(`logs in, adds a Call Event, tests and saves it, deletes it, and logs out, ${width} px wide`, async () => {
      const { page, faults, close } = await openWindow(browser, { width });
      await page.goto(`${one.url}/extensions`);
      // The field for the password gets the focus, if not before the page is drawn: the user may be left out.
      await page.locator('#password:focus').waitFor();
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${one.url}/extensions`);

      // The first stop passes over the menu; then the menu comes in the order in which it is read.
      const menu = await tabTo(page, 'Settings');
      assert.deepEqual(menu.filter((name) => /^[A-Z]/.test(name)).slice(0, 2), ['To the content', 'Call Events']);
      assert.deepEqual(menu.slice(-5), ['Overview', 'Extensions', 'Calls', 'Deliveries', 'Settings']);

      await press(page, '101');
      await page.getByRole('heading', { level: 1, name: 'Call Events of 101' }).waitFor();
      await press(page, 'Add Call Event');
      await page.getByRole('heading', { level: 1, name: 'New Call Event of 101' }).waitFor();

      // A menu by the first letters, then the fields in their order.
      await tabTo(page, 'Event');
      await page.keyboard.type('Hang');
      await tabTo(page, 'Make request to');
      await page.keyboard.type(`${one.receiver.url}/keyboard-${width}`);
      await press(page, 'Send test');
      await page.getByText('HTTP 200').first().waitFor();
      // What has come of it takes the focus away from nothing.
      assert.equal((await focused(page))?.name, 'Send test');
      const id = await page.getByLabel('Event ID').inputValue();
      await page.keyboard.down('Shift');
      for (let count = 0; count < MOST_STOPS && (await focused(page))?.name !== 'Make request to'; count++)
        await page.keyboard.press('Tab');
      await page.keyboard.up('Shift');
      // Enter in a field saves, as in any form.
      await page.keyboard.press('Enter');
      await page.getByText('and active').waitFor();
      assert.match(readFileSync(one.configFile, 'utf8'), new RegExp(`on: hangup\\s+id: ${id}`));

      // And out again: each button of a line says whose it is.
      const question = page.getByRole('heading', { level: 1, name: `Delete the Call Event ${id} of 101?` });
      await press(page, `Delete Hangup, ${id}`);
      await question.waitFor();
      await press(page, 'Cancel');
      await page.getByRole('heading', { level: 1, name: 'Call Events of 101' }).waitFor();
      await press(page, `Delete Hangup, ${id}`);
      await question.waitFor();
      await press(page, 'Delete');
      await page.getByText(`Call Event ${id} is deleted.`).waitFor();
      assert.doesNotMatch(readFileSync(one.configFile, 'utf8'), new RegExp(id));

      await press(page, 'Log out');
      await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
      assert.deepEqual(faults, []);
      await close();
    });

  it('opens the menu of a delivery with Enter, and closes it with Escape', async () => {
    one.receiver.status = 410;
    one.asterisk.play(fixtureText('inbound-missed'));
    await one.receiver.requests.count(1);
    const { page, close } = await enter(browser, one);
    await page.goto(`${one.url}/deliveries`);
    const menu = page.locator('.menu details').first();
    await menu.waitFor();
    await press(page, 'What to do with this delivery');
    assert.equal(await menu.getAttribute('open'), '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    assert.equal(await menu.getAttribute('open'), null);
    assert.equal((await focused(page))?.name, 'What to do with this delivery');
    await close();
  });
});
