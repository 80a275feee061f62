import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

describe('the API', () => {
  type Json = Record<string, unknown> & { entry: Record<string, unknown>[] };
  const get = async (path: string) => (await page.api('GET', path)).json() as Json;

  it('finds one where no server is named: that of all, else the first that has it', async () => {
    const answer = await page.api('PUT', '/extensions/101/phoneCallEvents/2/one', { note: 'By the API' });
    expect(answer.status).toBe(200);
    expect(changedLines().come).toEqual([expect.stringMatching(/notes: "?By the API"?.*# stays$/)]);
    expect(await get('/extensions/101')).toMatchObject({ server: 'east', notes: 'East' });
    expect(await get('/extensions/102?server=west')).not.toHaveProperty('server');
  });

  it('lists those of a server: its own, and those of all', async () => {
    const list = await get('/extensions?server=west&fields=extension,server&count=50');
    expect(list.entry).toEqual(
      expect.arrayContaining([{ extension: '101', server: 'west' }, { extension: '102' }, { extension: '_2XX' }]),
    );
    expect(list.entry.map(({ server }) => server)).not.toContain('east');
    expect(list.links).toEqual({ self: '/api/v1/extensions?count=50&fields=extension%2Cserver&server=west' });
  });

  it('changes that of the server that is named, and leads to it', async () => {
    const west = await get('/extensions/101?server=west');
    expect(west).toMatchObject({
      server: 'west',
      notes: 'West',
      links: {
        self: '/api/v1/extensions/101?server=west',
        phoneCallEvents: '/api/v1/extensions/101/phoneCallEvents?server=west',
      },
    });
    const changed = await page.api('PUT', '/extensions/101?server=west', { ...west, did: '0101' });
    expect(changed.json()).toMatchObject({ server: 'west', did: '0101' });
    expect(changedLines().come).toEqual([expect.stringMatching(/name: west.*did: ?"0101"/)]);
    expect(await get('/extensions/101?server=east')).not.toHaveProperty('did');
  });

  it('makes, changes and deletes a Call Event of the one that is named', async () => {
    const path = '/extensions/101/phoneCallEvents';
    const made = await page.api('POST', `${path}?server=west`, { type: 2, id: 'of-west', url: 'https://w.example/' });
    expect(made.status).toBe(201);
    const self = '/api/v1/extensions/101/phoneCallEvents/2/of-west?server=west';
    expect([made.headers.location, (made.json() as Json).links]).toEqual([self, { self }]);
    expect((await get(`${path}/2?server=west`)).entry).toMatchObject([{ id: 'of-west', links: { self } }]);
    expect((await page.api('GET', `${path}/2/of-west?server=east`)).status).toBe(404);
    const changed = await page.api('PUT', `${path}/2/of-west?server=west`, { note: 'Ours' });
    expect([changed.status, changed.json()]).toEqual([200, expect.objectContaining({ note: 'Ours' })]);
    expect((await page.api('DELETE', `${path}/2/of-west?server=west`)).status).toBe(204);
    expect(text()).toBe(before);
  });

  it('adds one to a server, named in the body or in the address, and takes it out again', async () => {
    const added = await page.api('POST', '/extensions', { extension: '104', server: 'east', notes: 'East' });
    expect([added.status, added.headers.location]).toEqual([201, '/api/v1/extensions/104?server=east']);
    expect((await page.api('POST', '/extensions?server=west', { extension: '104', notes: 'West' })).status).toBe(201);
    expect((await page.api('POST', '/extensions?server=west', { extension: '104' })).status).toBe(409);
    expect((await page.api('POST', '/extensions?server=west', { extension: '105', server: 'east' })).status).toBe(422);
    expect(await get('/extensions/104?server=west')).toMatchObject({ notes: 'West' });
    for (const server of ['west', 'east'])
      expect((await page.api('DELETE', `/extensions/104?server=${server}`)).status).toBe(204);
    expect(text()).toBe(before);
  });

  it('says of a server that there is none', async () => {
    for (const path of ['/extensions', '/extensions/101', '/extensions/101/phoneCallEvents'])
      expect((await page.api('GET', `${path}?server=north`)).status).toBe(404);
    expect((await page.api('POST', '/extensions', { extension: '104', server: 'north' })).status).toBe(404);
  });
});
