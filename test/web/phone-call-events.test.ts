// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ask, READ_TOKEN, type ServedPage, servePage, WRITE_TOKEN } from '../helpers/page.ts';

const EXTENSIONS = `  "101": # reception
    did: "+18005550101"
    events:
      - on: dial-in # the screen pop
        url: https://crm.example.com/ringing?token=abcdef0123456789
        headers: { Authorization: "Bearer geheim-geheim-1234", X-Trace: "{CallID}" }
        accept: [302, 404]
      - on: dial-in
        url: https://crm.example.com/second
      - on: hangup
        id: 7d0f2c51
        method: POST
        url: https://crm.example.com/ended
        status: disabled
        notes: Call log
  "102": {}
  _2XX:
    events:
      - on: dial-in
        id: pattern1
        url: https://crm.example.com/two`;

let page: ServedPage;
beforeEach(async () => {
  page = await servePage(() => EXTENSIONS);
});
afterEach(async () => page.stop());

const file = () => readFileSync(page.configFile, 'utf8');
const rules = (extension: string) => page.service.config?.extensions.find(({ key }) => key === extension)?.rules;
const PATH = '/extensions/101/phoneCallEvents';
type Json = Record<string, unknown>;
const get = async (path: string) => (await page.api('GET', path)).json() as Json;

describe('reading Call Events', () => {
  it("shows them in UnifiedAPI's shape, with secrets masked", async () => {
    const list = await get(PATH);
    expect(list).toMatchObject({ startIndex: 0, count: 3, itemsPerPage: 20, totalResults: 3 });
    const [first, , third] = list.entry as Json[];
    expect(first).toEqual({
      type: '0',
      id: rules('101')?.[0]?.id,
      method: '0',
      note: '',
      url: 'https://crm.example.com/ringing?token=***',
      status: '1',
      modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      links: { self: `/api/v1/extensions/101/phoneCallEvents/0/${rules('101')?.[0]?.id}` },
      headers: { Authorization: '***', 'X-Trace': '{CallID}' },
      accept: [302, 404],
    });
    expect(third).toMatchObject({ type: '2', id: '7d0f2c51', method: '1', note: 'Call log', status: '0' });
    expect(await get(`${PATH}/2/7d0f2c51`)).toEqual(third);
  });

  it('pages, filters and picks fields', async () => {
    expect((await get(`${PATH}?count=1&startIndex=1&fields=url`)).entry).toEqual([
      { url: 'https://crm.example.com/second' },
    ]);
    expect(await get(`${PATH}?count=1`)).toMatchObject({
      links: { next: '/api/v1/extensions/101/phoneCallEvents?count=1&startIndex=1' },
    });
    expect(await get(`${PATH}?filterBy=status&filterValue=0`)).toMatchObject({
      totalResults: 1,
      entry: [{ id: '7d0f2c51' }],
    });
    expect(await get(`${PATH}?filterBy=note&filterValue=LOG`)).toMatchObject({ totalResults: 1 });
    expect(await get(`${PATH}/0`)).toMatchObject({ totalResults: 2 });
    expect(await get(`${PATH}/5`)).toMatchObject({ totalResults: 0, entry: [] });
    for (const wrong of [
      'count=x',
      'count=-1',
      'filterBy=nothing&filterValue=1',
      'filterBy=url',
      'fields=nothing',
      'startIndex=1.5',
    ])
      expect([wrong, (await page.api('GET', `${PATH}?${wrong}`)).status]).toEqual([wrong, 400]);
  });

  it("shows a pattern's rules, at the pattern and at what it matches", async () => {
    const own = await get('/extensions/_2XX/phoneCallEvents');
    expect(own).toMatchObject({ entry: [{ id: 'pattern1' }] });
    expect((own.entry as Json[])[0]).not.toHaveProperty('inheritedFrom');
    expect(await get('/extensions/201/phoneCallEvents')).toMatchObject({
      entry: [{ id: 'pattern1', inheritedFrom: '_2XX' }],
    });
    expect(await get('/extensions/102/phoneCallEvents')).toMatchObject({ entry: [] });
  });

  it('says what is not there', async () => {
    for (const path of ['/extensions/999/phoneCallEvents', `${PATH}/9`, `${PATH}/0/7d0f2c51`, `${PATH}/2/nothing`])
      expect([path, (await page.api('GET', path)).status]).toEqual([path, 404]);
  });

  it('has a tag, by which a second answer is none', async () => {
    const { headers } = await page.api('GET', `${PATH}/2/7d0f2c51`);
    const again = await ask(`${page.url}/api/v1${PATH}/2/7d0f2c51`, {
      headers: { authorization: `Bearer ${READ_TOKEN}`, 'if-none-match': headers.etag ?? '' },
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('making a Call Event', () => {
  it('answers with the whole, writes its lines alone, and is active', async () => {
    const before = file();
    const created = await page.api('POST', PATH, {
      type: 1,
      method: 1,
      url: 'https://crm.example.com/out',
      note: 'Out',
      body: 'json',
      when: { CalledNumber: 5 },
    });
    expect(created.status).toBe(201);
    const body = created.json() as Json;
    expect(body).toMatchObject({
      type: '1',
      method: '1',
      note: 'Out',
      status: '1',
      body: 'json',
      when: { CalledNumber: '5' },
    });
    expect(created.headers.location).toBe((body.links as { self: string }).self);
    expect(rules('101')?.at(-1)).toMatchObject({ id: body.id, on: 'dial-out', method: 'POST', body: 'json' });
    const added = `      - on: dial-out\n        id: ${body.id}\n        method: POST\n        url: https://crm.example.com/out\n        status: enabled\n        notes: Out\n`;
    expect(file()).toContain(added);
    expect(file().replace(`${added}        when: { CalledNumber: "5" }\n        body: json\n`, '')).toBe(before);
  });

  it('takes an Event ID of its own', async () => {
    const created = await page.api('POST', PATH, { type: '5', url: 'https://a.example/', id: 'mine-1' });
    expect(created.json()).toMatchObject({ id: 'mine-1', type: '5' });
    expect((await page.api('POST', PATH, { type: '5', url: 'https://a.example/', id: 'mine-1' })).status).toBe(422);
  });

  it('goes to a pattern for all that it matches', async () => {
    expect(
      (await page.api('POST', '/extensions/_2XX/phoneCallEvents', { type: '2', url: 'https://a.example/' })).status,
    ).toBe(201);
    expect(await get('/extensions/299/phoneCallEvents')).toMatchObject({ totalResults: 2 });
  });

  it("copies the pattern's rules first where only a pattern matches, and says so", async () => {
    const created = await page.api('POST', '/extensions/201/phoneCallEvents', { type: '2', url: 'https://a.example/' });
    const { copied, id } = created.json() as {
      id: string;
      copied: { from: string; ids: Record<string, string>; message: string };
    };
    expect(copied).toEqual({
      from: '_2XX',
      ids: { pattern1: expect.stringMatching(/^[0-9a-f]{8}$/) },
      message:
        '201 had the Call Events of _2XX; they were copied first, for a list of its own replaces that of a pattern',
    });
    expect(rules('201')?.map((rule) => rule.id)).toEqual([copied.ids.pattern1, id]);
    expect(rules('201')?.[0]).toMatchObject({ on: 'dial-in', url: 'https://crm.example.com/two' });
    const second = await page.api('POST', '/extensions/201/phoneCallEvents', { type: '2', url: 'https://a.example/' });
    expect(second.json()).not.toHaveProperty('copied');
  });

  it.each([
    [{ type: '0', url: 'crm.example.com' }, 'url', 'expected a full URL, beginning with https:// or http://'],
    [{ type: '9', url: 'https://a.example/' }, 'type', 'expected "0" (Dial-In)'],
    [{ url: 'https://a.example/' }, 'type', 'is missing'],
    [{ type: '0' }, 'url', 'is missing'],
    [{ type: '0', url: 'https://a.example/', method: '2' }, 'method', 'expected "0" for GET or "1" for POST'],
    [{ type: '0', url: 'https://a.example/', heders: {} }, 'heders', 'unknown key; did you mean "headers"?'],
    [{ type: '0', url: 'https://a.example/', body: 'json' }, 'body', 'a GET has no body'],
    [{ type: '0', url: 'https://a.example/{CalID}' }, 'url', 'did you mean {CallID}?'],
    [{ type: '0', url: 'https://a.example/', headers: { 'X Y': '1' } }, 'headers.X Y', 'is no name of a header'],
    [{ type: '0', url: 'https://a.example/?token=***' }, 'url', 'stands for a secret'],
  ])('%j: says what is wrong in the words of `check`', async (body, field, message) => {
    const before = file();
    const answer = await page.api('POST', PATH, body);
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      status: 422,
      errors: [{ field, message: expect.stringContaining(message) }],
    });
    expect(file()).toBe(before);
  });

  it('is for those who may write', async () => {
    expect((await page.api('POST', PATH, { type: '0', url: 'https://a.example/' }, READ_TOKEN)).status).toBe(403);
  });
});

describe('changing a Call Event', () => {
  it('changes what is given alone', async () => {
    const before = file();
    const changed = await page.api('PUT', `${PATH}/2/7d0f2c51`, { status: '1' });
    expect(changed.status).toBe(200);
    expect(changed.json()).toMatchObject({ id: '7d0f2c51', status: '1', note: 'Call log' });
    expect(file()).toBe(before.replace('status: disabled', 'status: enabled'));
    expect(rules('101')?.[2]?.status).toBe('enabled');
  });

  it('sent back as it was read, changes nothing: masks stand for the secrets', async () => {
    const before = file();
    const list = (await get(PATH)).entry as Json[];
    for (const one of list) {
      const path = (one.links as { self: string }).self.replace('/api/v1', '');
      expect((await page.api('PUT', path, one)).json()).toEqual(one);
    }
    expect(file()).toBe(before);
  });

  it('keeps a secret beside what changes', async () => {
    const id = rules('101')?.[0]?.id;
    await page.api('PUT', `${PATH}/0/${id}`, {
      url: 'https://crm.example.com/other?a=1&token=***',
      headers: { Authorization: '***', 'X-Trace': '2' },
    });
    expect(rules('101')?.[0]).toMatchObject({
      id,
      url: 'https://crm.example.com/other?a=1&token=abcdef0123456789',
      headers: { Authorization: 'Bearer geheim-geheim-1234', 'X-Trace': '2' },
    });
    expect(file()).toContain('      - on: dial-in # the screen pop\n');
  });

  it('takes out what is null, and what is another event keeps its Event ID', async () => {
    const id = rules('101')?.[0]?.id;
    const changed = await page.api('PUT', `${PATH}/0/${id}`, { type: '3', headers: null, note: 'x' });
    expect(changed.json()).toMatchObject({ id, type: '3', links: { self: `/api/v1${PATH}/3/${id}` } });
    expect(changed.json()).not.toHaveProperty('headers');
    expect((await page.api('PUT', `${PATH}/3/${id}`, { id: 'other' })).status).toBe(422);
  });

  it('honours If-Match where it is sent', async () => {
    const url = `${page.url}/api/v1${PATH}/2/7d0f2c51`;
    const { etag = '' } = (await page.api('GET', `${PATH}/2/7d0f2c51`)).headers;
    const put = async (match: string, note: string) =>
      ask(url, {
        method: 'PUT',
        headers: { authorization: `Bearer ${WRITE_TOKEN}`, 'content-type': 'application/json', 'if-match': match },
        body: JSON.stringify({ note }),
      });
    const first = await put(etag, 'one');
    expect([first.status, first.headers.etag]).toEqual([200, expect.not.stringContaining(etag)]);
    expect((await put(etag, 'two')).status).toBe(412);
    expect((await put('*', 'three')).status).toBe(200);
    expect((await put(`W/"x", ${(await page.api('GET', `${PATH}/2/7d0f2c51`)).headers.etag}`, 'four')).status).toBe(
      200,
    );
  });

  it('leaves a pattern as it is where it is asked for at one that it matches', async () => {
    const answer = await page.api('PUT', '/extensions/201/phoneCallEvents/0/pattern1', { note: 'x' });
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('is that of _2XX') });
    expect((await page.api('PUT', '/extensions/_2XX/phoneCallEvents/0/pattern1', { note: 'x' })).status).toBe(200);
  });

  it('of many programs at once all come to their end, one after the other', async () => {
    const notes = ['a', 'b', 'c'];
    const ids = await Promise.all(
      notes.map(async (note) => (await page.api('POST', PATH, { type: '0', url: 'https://a.example/', note })).status),
    );
    expect(ids).toEqual([201, 201, 201]);
    expect(rules('101')).toHaveLength(6);
  });
});

describe('deleting a Call Event', () => {
  it('leaves the Event IDs of all others', async () => {
    const [first, second, third] = rules('101') ?? [];
    expect((await page.api('DELETE', `${PATH}/0/${first?.id}`)).status).toBe(204);
    expect(rules('101')?.map(({ id }) => id)).toEqual([second?.id, third?.id]);
    expect((await page.api('DELETE', `${PATH}/0/${first?.id}`)).status).toBe(404);
  });

  it('of the last one leaves none, also where a pattern matches', async () => {
    await page.api('POST', '/extensions/201/phoneCallEvents', { type: '2', url: 'https://a.example/' });
    for (const { id, on } of rules('201') ?? [])
      expect(
        (await page.api('DELETE', `/extensions/201/phoneCallEvents/${on === 'hangup' ? 2 : 0}/${id}`)).status,
      ).toBe(204);
    expect(rules('201')).toEqual([]);
  });
});

it('is written to the log: who, from where, what, before and after, without secrets', async () => {
  const id = rules('101')?.[0]?.id;
  await page.api('PUT', `${PATH}/0/${id}`, { headers: { Authorization: 'Bearer ein-anderes-geheimnis' } });
  const lines = await page.log.until((all) => all.some(({ change }) => change !== undefined));
  expect(JSON.stringify(lines)).toContain(`changed rule ${id} of 101`);
  expect(JSON.stringify(lines)).not.toMatch(/geheim-geheim|ein-anderes/);
});

it('shows what is active while config.yaml has problems, and changes nothing then', async () => {
  writeFileSync(page.configFile, `${file()}\nnonsense: [`);
  expect(await get(PATH)).toMatchObject({ totalResults: 3 });
  const answer = await page.api('POST', PATH, { type: '0', url: 'https://a.example/' });
  expect(answer.status).toBe(409);
  expect(answer.json()).toMatchObject({ detail: expect.stringContaining('config.yaml has problems') });
});
