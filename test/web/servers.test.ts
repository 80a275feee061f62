import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type ServedPage, servePage, webSettings } from '../helpers/page.ts';

/* Extensions of single servers of a list, changed on the page. */

let page: ServedPage;
const text = () => readFileSync(page.configFile, 'utf8');
let before: string;

beforeAll(async () => {
  page = await servePage(
    (url) => `  "102": { events: [{ on: dial-in, id: all, url: "${url}/102" }] }
  _2XX: { events: [{ on: dial-in, id: pattern, url: "${url}/2" }] }`,
    webSettings(),
    '',
    {
      asteriskAt: (port) => `asterisk:
  - name: east # ours
    port: ${port}
    username: callevents
    secret: geheim
    extensions:
      "101": { notes: East, events: [{ on: hangup, id: one, url: "https://a.example/" }] } # stays
  - { name: west, host: localhost, port: ${port}, username: callevents, secret: geheim, extensions: { "101": { notes: West } } }`,
    },
  );
  await page.login();
});
afterAll(async () => page.stop());
beforeEach(() => {
  before = text();
});

/** What a change has put into the file, and taken out of it. */
function changedLines(): { gone: string[]; come: string[] } {
  const [old, now] = [before, text()].map((one) => one.split('\n'));
  return {
    gone: old?.filter((line) => !now?.includes(line)) ?? [],
    come: now?.filter((line) => !old?.includes(line)) ?? [],
  };
}

const revisionOf = (html: string) => /name="revision" value="([^"]*)"/.exec(html)?.[1] ?? '';

it('lists each with its server, and leads from one to the other of the same number', async () => {
  const list = (await page.browse('/extensions')).text;
  for (const server of ['east', 'west']) expect(list).toContain(`href="/extensions/101?server=${server}"`);
  const first = (await page.browse('/extensions/101')).text;
  expect(first).toMatch(/East · of the Asterisk east alone/);
  expect(first).toContain('href="/extensions/101?server=west"');
  expect((await page.browse('/extensions/101?server=west')).text).toMatch(/West · of the Asterisk west alone/);
});

it('changes a Call Event of one server in its own line', async () => {
  const form = (await page.browse('/extensions/101/events/one?server=east')).text;
  const done = await page.browse('/extensions/101/events/one?server=east', {
    form: { do: 'save', revision: revisionOf(form), on: 'hangup', url: 'https://b.example/' },
  });
  expect(done).toMatchObject({ status: 303, headers: { location: '/extensions/101?server=east' } });
  const line = '      "101": { notes: East, events: [{ on: hangup, id: one, url: "https://a.example/" }] } # stays';
  expect(changedLines()).toEqual({ gone: [line], come: [line.replace('a.example', 'b.example')] });
});

it('adds a Call Event to the one whose page it is, which sends with its own values', async () => {
  const form = (await page.browse('/extensions/101/new-event?server=west')).text;
  const id = /name="id" value="([^"]*)"/.exec(form)?.[1];
  const fields = { revision: revisionOf(form), on: 'dial-in', url: `${page.receiver.url}/west`, id: id ?? '' };
  const tried = await page.browse('/extensions/101/new-event?server=west', { form: { ...fields, do: 'test' } });
  expect(tried.text).toMatch(/HTTP 200/);
  await page.browse('/extensions/101/new-event?server=west', { form: { ...fields, do: 'save' } });
  expect((await page.browse('/extensions/101?server=west')).text).toContain(`<code>${id}</code>`);
  expect((await page.browse('/extensions/101?server=east')).text).not.toContain(`<code>${id}</code>`);
  expect(changedLines().come).toEqual([expect.stringContaining('name: west')]);
});

it('makes an own copy of a pattern for all where it is asked for', async () => {
  expect((await page.browse('/extensions/201?server=west')).text).toContain('Make own copy');
  await page.browse('/extensions/201/own-copy?server=west', { form: {} });
  expect(text()).toMatch(/name: west.*"201": ?\{/);
  // For all others it is the pattern's still.
  expect((await page.browse('/extensions/201')).text).toContain('Make own copy');
});

it('adds an extension to one server, changes what it is, and takes it out again', async () => {
  const form = { extension: '103', server: 'east', notes: 'New', did: '', channels: '', queue: '', line: '' };
  const added = await page.browse('/extensions/new', { form });
  expect(added.headers.location).toBe('/extensions/103?server=east');
  expect(text()).toMatch(/"101": .* # stays\n {6}"103": \{ notes: New \}\n/);
  const shown = (await page.browse('/extensions/103?server=east')).text;
  const revision = revisionOf(shown);
  await page.browse('/extensions/103/settings?server=east', { form: { ...form, revision, notes: 'Newer' } });
  expect(text()).toContain('"103": { notes: Newer }');
  await page.browse('/extensions/103/delete?server=east', { form: {} });
  expect(text()).toBe(before);
});

it('shows one that is there for all servers as that, whichever is asked for', async () => {
  const shown = (await page.browse('/extensions/102?server=east')).text;
  expect(shown).not.toContain('alone');
  expect(shown).toContain('/extensions/102/new-event"');
});

it('says of a server that there is none', async () => {
  const answer = await page.browse('/extensions/101?server=north');
  expect(answer.status).toBe(404);
  expect(answer.text).toContain('There is no Asterisk north in config.yaml.');
});

it('changes one by the API as well', async () => {
  const answer = await page.api('PUT', '/extensions/101/phoneCallEvents/2/one', { note: 'By the API' });
  expect(answer.status).toBe(200);
  expect(changedLines().come).toEqual([expect.stringMatching(/notes: "?By the API"?.*# stays$/)]);
});
