import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { type ServedPage, servePage } from '../helpers/page.ts';
import { launch } from './browser.ts';
import { enter } from './world.ts';

let browser: Browser;
let one: ServedPage;

before(async () => {
  browser = await launch();
  one = await servePage(
    (url) => `  "101":
    # Kept as it is.
    events:
      - { on: dial-in, id: ring, url: "${url}/ringing" } # so is this`,
  );
});

after(async () => {
  await browser.close();
  await one.stop();
});

describe('somebody who changes a Call Event', () => {
  it('is shown what is wrong at the field, and loses nothing of what was typed', async () => {
    const { page, close } = await enter(browser, one);
    await page.goto(`${one.url}/extensions/101/events/ring`);
    await page.getByLabel('Make request to').fill('crm.example.com/hook');
    await page.getByLabel('Notes').first().fill('typed');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const field = page.locator('[aria-invalid="true"]').and(page.getByLabel('Make request to'));
    await field.waitFor();
    const described = await field.getAttribute('aria-describedby');
    assert.match(await page.locator(`#${described?.split(' ')[0]}`).innerText(), /https:\/\//);
    assert.equal(await field.inputValue(), 'crm.example.com/hook');
    assert.equal(await page.getByLabel('Notes').first().inputValue(), 'typed');
    await close();
  });

  it('changes only the lines that it must, and no comment', async () => {
    const { page, close } = await enter(browser, one);
    const before = readFileSync(one.configFile, 'utf8').split('\n');
    await page.goto(`${one.url}/extensions/101/events/ring`);
    await page.getByLabel('Request method').selectOption('POST');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('and active').waitFor();
    const after = readFileSync(one.configFile, 'utf8').split('\n');
    assert.deepEqual(before.filter((line) => !after.includes(line)).length, 1);
    assert.match(after.join('\n'), /# Kept as it is\.[\s\S]*POST[\s\S]*# so is this/);
    await close();
  });

  it('does not write over what somebody else has saved meanwhile', async () => {
    const [first, second] = [await enter(browser, one), await enter(browser, one)];
    for (const { page } of [first, second]) await page.goto(`${one.url}/extensions/101/events/ring`);
    await first.page.getByLabel('Notes').first().fill('of the first');
    await first.page.getByRole('button', { name: 'Save', exact: true }).click();
    await first.page.getByText('and active').waitFor();
    await second.page.getByLabel('Notes').first().fill('of the second');
    await second.page.getByRole('button', { name: 'Save', exact: true }).click();
    await second.page.getByText('config.yaml has changed since this form was opened').waitFor();
    const text = await second.page.locator('main').innerText();
    assert.match(text, /of the first/);
    assert.match(readFileSync(one.configFile, 'utf8'), /of the first/);
    assert.doesNotMatch(readFileSync(one.configFile, 'utf8'), /of the second/);
    await first.close();
    await second.close();
  });

  it('who may only look is offered nothing to change', async () => {
    const { page, close } = await enter(browser, one, {}, 'desk', 'desk');
    await page.goto(`${one.url}/extensions/101`);
    assert.equal(await page.getByRole('link', { name: 'Add Call Event' }).count(), 0);
    assert.equal(await page.locator('main form[method="post"]').count(), 0);
    await close();
  });
});

describe('the login', () => {
  it('says that a password is wrong, and is asked for again after the logout', async () => {
    const { page, close } = await enter(browser, one);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('User or password is wrong.').waitFor();
    await close();
  });
});
