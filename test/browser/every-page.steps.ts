import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { ServedPage } from '../helpers/page.ts';
import { hiddenByScrolling, inaccessible, LOOKS, launch, widerThanWindow } from './browser.ts';
import { enter, HOSTILE, servedWorld } from './world.ts';

/** What no page of ours has. */
const STRANGE = 'img, svg[onload], [onerror], script:not([src])';
/** Secrets, and what steers a terminal or the direction of a text. */
const HIDDEN = ['\u202e', '\u001b', 'verysecrettoken', 'very-secret-too'];

let browser: Browser;
let world: ServedPage;
/** One address of each kind of page that a link leads to. */
let addresses: string[];

before(async () => {
  [browser, world] = await Promise.all([launch(), servedWorld()]);
  const { page, close } = await enter(browser, world);
  addresses = await everyKind(page);
  await close();
});

after(async () => {
  await browser.close();
  await world.stop();
});

/** Follows links from the overview, one of each kind. */
async function everyKind(page: Page): Promise<string[]> {
  const found = new Map<string, string>();
  const waiting = ['/'];
  for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
    await page.goto(world.url + address);
    const links = await page.$$eval('a[href^="/"]', (all) => all.map((link) => link.getAttribute('href') ?? ''));
    for (const link of links) {
      const kind = kindOf(link);
      if (found.has(kind) || /\.csv|\.json|licences|^\/assets/.test(link)) continue;
      found.set(kind, link);
      waiting.push(link);
    }
  }
  return [...found.values()];
}

const kindOf = (link: string) => {
  const { pathname, searchParams } = new URL(link, 'http://localhost');
  const path = pathname.replace(/^(\/\w+)\/(?!again|discard|new)[^/]+/, '$1/*').replace(/\/rules\/[^/]+/, '/rules/*');
  return `${path} ${[...searchParams.keys()]
    .sort()
    .filter((key) => (pathname !== '/deliveries' && pathname !== '/calls') || key === 'x')
    .join()}`;
};

describe('every page', () => {
  it('is found by links', () => {
    const pages = addresses.map((address) => address.split('?')[0]);
    for (const one of ['/', '/extensions', '/calls', '/deliveries', '/settings']) assert.ok(pages.includes(one), one);
    assert.ok(addresses.length >= 8, addresses.join(' '));
  });

  for (const [name, look] of Object.entries(LOOKS))
    it(`is sound: ${name}`, async () => {
      const { page, faults, close } = await enter(browser, world, look);
      const wrong: string[] = [];
      for (const address of addresses) {
        const answer = await page.goto(world.url + address);
        const text = await page.locator('body').innerText();
        const found = [
          ...(answer?.status() === 200 ? [] : [`answers ${answer?.status()}`]),
          ...((await page.locator('h1').count()) === 1 ? [] : ['has no title, or several']),
          ...((await page.locator(STRANGE).count()) === 0 ? [] : ['holds markup of somebody else']),
          ...(HIDDEN.some((one) => text.includes(one)) ? ['shows what it must not'] : []),
          ...(look.javaScript === false ? [] : await widerThanWindow(page)),
          ...(look.width === undefined ? [] : await hiddenByScrolling(page)),
          ...(look.javaScript === false || look.width !== undefined
            ? []
            : await inaccessible(page, look.colours === 'dark' ? ['color-contrast'] : undefined)),
          ...faults.splice(0),
        ];
        wrong.push(...found.map((one) => `${address} ${one}`));
      }
      await close();
      assert.equal(wrong.length, 0, wrong.join('\n'));
    });

  it('shows hostile names as they are', async () => {
    const { page, close } = await enter(browser, world);
    await page.goto(`${world.url}/calls`);
    assert.match(await page.locator('main').innerText(), /"><script>alert\(2\)<\/script>/);
    await page.goto(`${world.url}/extensions`);
    assert.ok((await page.locator('main').innerText()).includes(HOSTILE.extension));
    await page.goto(world.url);
    assert.match(await page.locator('main').innerText(), /PJSIP\/<svg onload=alert\(3\)>/);
    await close();
  });

  it('can be used with the keyboard alone', async () => {
    const { page, close } = await enter(browser, world);
    await page.goto(world.url);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'To the content');
    await page.keyboard.press('Enter');
    await page.locator('#main:focus').waitFor();
    await close();
  });
});
