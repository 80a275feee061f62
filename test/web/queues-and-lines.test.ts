import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ServedPage, servePage, webSettings } from '../helpers/page.ts';

let page: ServedPage;

beforeAll(async () => {
  page = await servePage(
    (url) => `  "600": { queue: support, events: [{ on: hangup, id: left, url: "${url}/left" }] }
  "900": { line: ["+18005550100"] }`,
    webSettings(),
  );
  await page.login();
});
afterAll(async () => page.stop());

const revisionOf = (html: string) => /name="revision" value="([^"]*)"/.exec(html)?.[1] ?? '';
const eventsIn = (html: string) =>
  [...(/<select id="f-on"[\s\S]*?<\/select>/.exec(html)?.[0].matchAll(/value="([^"]*)"/g) ?? [])].map(([, on]) => on);

it.each(['600', '900'])('%s is offered the events that it has, in words of its own', async (extension) => {
  const form = (await page.browse(`/extensions/${extension}/new-event`)).text;
  expect(eventsIn(form)).toEqual(['dial-in', 'hangup', 'answer-in', 'missed']);
  const shown = (await page.browse(`/extensions/${extension}`)).text;
  expect(shown).toContain(
    extension === '600' ? 'when a caller joins the queue' : 'when a call comes in on one of its numbers',
  );
  expect(shown).not.toContain('Dial-Out');
});

it('sends a test with the name of the queue, and saves the Call Event', async () => {
  const path = '/extensions/600/new-event';
  const form = (await page.browse(path)).text;
  const url = `${page.receiver.url}/joined`;
  const fields = { revision: revisionOf(form), on: 'dial-in', url, parameters: '[Queue]', id: 'joined' };
  expect((await page.browse(path, { form: { ...fields, do: 'test' } })).text).toMatch(/HTTP 200/);
  const [joined] = await page.receiver.requests.count(1);
  expect(joined?.params).toMatchObject({ CalledExtension: '600', Queue: 'support' });
  expect((await page.browse(path, { form: { ...fields, do: 'save' } })).status).toBe(303);
  expect((await page.browse('/extensions/600')).text).toContain('<code>joined</code>');
});

it('makes a queue and a line, and says at the field what cannot be', async () => {
  const form = { extension: '601', notes: '', did: '', channels: '', queue: 'sales', line: '' };
  expect((await page.browse('/extensions/new', { form })).status).toBe(303);
  expect((await page.browse('/extensions/601')).text).toMatch(/queue sales/);
  const line = { ...form, extension: '901', queue: '', line: '+18005550101, _1900X.' };
  expect((await page.browse('/extensions/new', { form: line })).status).toBe(303);
  expect((await page.browse('/extensions/901')).text).toMatch(/line \+18005550101, _1900X\./);

  const both = await page.browse('/extensions/new', {
    form: { ...form, extension: '602', queue: 'b', channels: 'PJSIP/1' },
  });
  expect(both.status).toBe(422);
  expect(both.text).toMatch(/name="channels" value="PJSIP\/1"[^>]*aria-invalid="true"/);
});

it('shows what was typed into settings that cannot be saved', async () => {
  const revision = revisionOf((await page.browse('/extensions/900')).text);
  const form = { revision, notes: 'Front', did: '+18005550199', channels: '', queue: '', line: '+18005550100' };
  const answer = await page.browse('/extensions/900/settings', { form });
  expect(answer.status).toBe(422);
  expect(answer.text).toMatch(/id="e-did">[^<]*cannot stand beside &quot;line&quot;/);
  expect(answer.text).toContain('value="Front"');
});
