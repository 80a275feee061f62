import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServedPage, servePage } from '../helpers/page.ts';

const EXTENSIONS = `  "101": # reception
    did: "+18005550101"
    notes: Reception
    events:
      - { on: hangup, id: one, url: https://crm.example.com/ }
  "102":
    channels: [PJSIP/desk7]
  _1XX:
    events:
      - { on: dial-in, id: two, url: https://crm.example.com/ }
      - { on: hangup, id: three, url: https://crm.example.com/ }`;

let page: ServedPage;
beforeEach(async () => {
  page = await servePage(() => EXTENSIONS);
});
afterEach(async () => page.stop());

type Json = Record<string, unknown>;
const get = async (path: string) => (await page.api('GET', path)).json() as Json & { entry: Json[] };

describe('the extensions', () => {
  it('are listed, patterns among them, each with where its Call Events are from', async () => {
    const list = await get('/extensions');
    expect(list).toMatchObject({ totalResults: 3, startIndex: 0 });
    expect(list.entry).toEqual([
      {
        extension: '101',
        pattern: false,
        did: '+18005550101',
        notes: 'Reception',
        rulesFrom: '101',
        callEvents: 1,
        links: { self: '/api/v1/extensions/101', phoneCallEvents: '/api/v1/extensions/101/phoneCallEvents' },
      },
      expect.objectContaining({ extension: '102', channels: ['PJSIP/desk7'], rulesFrom: '_1XX', callEvents: 2 }),
      expect.objectContaining({ extension: '_1XX', pattern: true, rulesFrom: '_1XX', callEvents: 2 }),
    ]);
  });

  it.each([
    ['recep', ['101']],
    ['DESK7', ['102']],
    ['5550101', ['101']],
    ['155', ['_1XX']],
    ['nothing', []],
  ])('are found by %j', async (text, names) => {
    expect((await get(`/extensions?q=${text}`)).entry.map(({ extension }) => extension)).toEqual(names);
  });

  it('are paged, filtered and shown in part', async () => {
    expect(await get('/extensions?count=1&startIndex=1&fields=extension')).toMatchObject({
      entry: [{ extension: '102' }],
      links: { next: '/api/v1/extensions?count=1&startIndex=2&fields=extension' },
    });
    expect(await get('/extensions?filterBy=pattern&filterValue=true')).toMatchObject({ totalResults: 1 });
    expect(await get('/extensions/102?fields=channels')).toEqual({ channels: ['PJSIP/desk7'] });
  });

  it('are added, changed and deleted in config.yaml, which is active at once', async () => {
    const before = readFileSync(page.configFile, 'utf8');
    const added = await page.api('POST', '/extensions', {
      extension: 103,
      notes: 'Lobby',
      channels: ['SIP/door'],
    });
    expect(added.status).toBe(201);
    expect(added.headers.location).toBe('/api/v1/extensions/103');
    expect(page.service.config?.extensions.map(({ key }) => key)).toEqual(['101', '102', '103', '_1XX']);
    expect((await page.api('POST', '/extensions', { extension: '103' })).status).toBe(409);
    const changed = await page.api('PUT', '/extensions/103', { ...(added.json() as Json), notes: null, did: '0103' });
    expect(changed.json()).toMatchObject({ did: '0103', channels: ['SIP/door'] });
    expect(changed.json()).not.toHaveProperty('notes');
    expect((await page.api('DELETE', '/extensions/103')).status).toBe(204);
    expect(readFileSync(page.configFile, 'utf8')).toBe(before);
    expect((await page.api('GET', '/extensions/103')).status).toBe(404);
  });

  it('that cannot be are refused in the words of `check`', async () => {
    const twice = await page.api('POST', '/extensions', { extension: '104', channels: ['PJSIP/desk7'] });
    expect(twice.status).toBe(422);
    expect(twice.json()).toMatchObject({
      errors: [
        { field: 'channels[0]', message: 'PJSIP/desk7 belongs to extension 102 already; a channel has one extension' },
      ],
    });
    expect((await page.api('POST', '/extensions', { extension: '_1X[', notes: 'x' })).status).toBe(422);
  });
});
