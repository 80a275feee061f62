import type { Browser } from 'playwright-core';
import { fixtureText } from '../helpers/fixture-log.ts';
import { PASSWORD, type ServedPage, servePage, webSettings } from '../helpers/page.ts';
import { type Look, openWindow } from './browser.ts';

/** Names as an attacker gives them: they must come out as text, wherever they are shown. */
export const HOSTILE = {
  name: `<img src=x onerror=alert(1)>"'&lt;\u202egnp.exe ${'A'.repeat(4000)}`,
  number: '"><script>alert(2)</script>',
  channel: 'PJSIP/<svg onload=alert(3)>',
  extension: `"><img src=x onerror="alert(4)">`,
  notes: `</textarea><script>alert(5)</script>'"`,
  answer: '<script>alert(6)</script>\u001b[31m\u0000javascript:alert(7)',
} as const;

const PLAYED = ['direct-answered', 'inbound-missed', 'ring-group-local', 'several-contacts-missed'];

/** A service that has had calls of friendly and of hostile people, some of whose requests failed. */
export async function servedWorld(): Promise<ServedPage> {
  const rules = (key: string, url: string, more = '') => `  ${JSON.stringify(key)}:
    notes: ${JSON.stringify(HOSTILE.notes)}
    events:
      - { on: dial-in, url: "${url}/ringing?token=verysecrettoken" }
      - { on: hangup, id: ${key === '101' ? 'gone' : `hangup-${key.length}-${key.charCodeAt(2)}`}, method: POST, url: "${url}/${key === '101' ? 'gone' : 'hangup'}", headers: { Authorization: Bearer very-secret-too }, notes: ${JSON.stringify(HOSTILE.notes)} }
${more}`;
  const one = await servePage(
    (url) =>
      [
        rules(
          '101',
          url,
          '      - { on: missed, method: POST, url: "https://0.0.0.0/", body: { text: "Missed {CallerIDNum}" }, when: { CallerExtension: none } }',
        ),
        rules('102', url),
        rules('103', url),
        '  "104": { notes: Reception }',
        '  _2XX: { events: [{ on: dial-in, url: "https://crm.example.com/{CallID}" }] }',
        rules(HOSTILE.extension, url),
      ].join('\n'),
    webSettings(),
  );
  one.receiver.answer = () => HOSTILE.answer;
  for (const [index, name] of PLAYED.entries()) {
    // One wants no more, one asks for another try.
    one.receiver.status = [200, 410, 500, 200][index] ?? 200;
    const text = fixtureText(name);
    one.asterisk.play(text);
    await legsEnded(one);
    one.asterisk.play(
      anotherCall(text)
        .replaceAll('Zoë & Co', HOSTILE.name)
        .replaceAll('+31612345678', HOSTILE.number)
        .replaceAll('PJSIP/trunk', HOSTILE.channel),
    );
    await legsEnded(one);
  }
  return one;
}

/** The same call with ids of its own. */
const anotherCall = (text: string) => text.replaceAll(/(Uniqueid|Linkedid): (\d+)\./gi, '$1: 9$2.');

async function legsEnded({ service }: ServedPage): Promise<void> {
  // Played events are read in a moment; then everything has ended and is sent.
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    quiet = service.state.tracker.legs === 0 && service.state.queue.running === 0 ? quiet + 1 : 0;
  }
}

/** A window of somebody who has logged in. */
export async function enter(
  browser: Browser,
  { url }: ServedPage,
  look: Look = {},
  user = 'admin',
  password = PASSWORD,
) {
  const window = await openWindow(browser, look);
  const { page } = window;
  page.on('dialog', (dialog) => {
    window.faults.push(`a script of somebody else has run: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${url}/login`);
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${url}/`);
  return window;
}
