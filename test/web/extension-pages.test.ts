import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServedPage, servePage } from '../helpers/page.ts';

const EXTENSIONS = (url: string) => `  "101": # reception
    notes: Reception
    events:
      - on: dial-in # the screen pop
        id: one
        url: ${url}/ringing?token=abcdef0123456789
        headers: { Authorization: "Bearer geheim-geheim-1234" }
      - on: hangup
        id: two
        method: POST
        url: ${url}/ended
        when: { CallStatus: UNKNOWN }
        body: { text: "<b>{CallID}</b>", n: 5 }
  _2XX:
    events:
      - { on: dial-in, id: pattern1, url: "${url}/two" }`;

let page: ServedPage;
beforeEach(async () => {
  page = await servePage(EXTENSIONS);
  await page.login();
});
afterEach(async () => page.stop());

const file = () => readFileSync(page.configFile, 'utf8');
const rules = (extension: string) => page.service.config?.extensions.find(({ key }) => key === extension)?.rules;
const get = async (path: string) => (await page.browse(path)).text;
const attribute = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** The fields of the form of a rule, as a browser would send them. */
function fieldsIn(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  const [form = ''] = /<form[^>]*class="rule"[\s\S]*?<\/form>/.exec(text) ?? [];
  for (const [, name = '', value = ''] of form.matchAll(/<input[^>]* name="([^"]*)" value="([^"]*)"/g))
    fields[name] = attribute(value);
  for (const [, name = '', value = ''] of form.matchAll(
    /<textarea[^>]* name="([^"]*)"[^>]*>\n?([\s\S]*?)<\/textarea>/g,
  ))
    fields[name] = attribute(value);
  for (const [, name = '', options = ''] of form.matchAll(/<select[^>]* name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g))
    fields[name] = /value="([^"]*)" selected/.exec(options)?.[1] ?? '';
  return fields;
}

describe('the list of extensions', () => {
  it('shows all, with patterns in words, and finds some', async () => {
    const all = await get('/extensions');
    expect(all).toContain('2 extensions');
    expect(all).toContain('pattern: 200 to 299');
    expect(await get('/extensions?q=recep')).toContain('1 extension<');
    expect(await get('/extensions?q=nothing')).toContain('No extension has "nothing"');
    expect(await get('/extensions?show=failing')).toContain('None is failing');
  });
});

describe('the Call Events of an extension', () => {
  it("are a table in VoipNow's words, without secrets", async () => {
    const text = await get('/extensions/101');
    for (const words of [
      'Request method',
      'Make request to',
      'Status',
      'Notes',
      'Event ID',
      'Dial-In',
      'Dial-Out',
      'Hangup',
      'Missed',
    ])
      expect(text).toContain(words);
    expect(text).toContain('token=***');
    expect(text).not.toMatch(/abcdef0123456789|geheim/);
    expect(text).toContain('only when CallStatus: UNKNOWN');
  });

  it('are disabled and enabled with one click', async () => {
    const before = file();
    const done = await page.browse('/extensions/101/events/one/status', { form: { status: 'disabled' } });
    expect([done.status, done.headers.location]).toEqual([303, '/extensions/101']);
    expect(await get('/extensions/101')).toContain('Call Event one is disabled.');
    expect(rules('101')?.[0]?.status).toBe('disabled');
    await page.browse('/extensions/101/events/one/status', { form: { status: 'enabled' } });
    expect(file().replace('        status: enabled\n', '')).toBe(before);
  });

  it('are deleted after the lines are shown that go', async () => {
    expect(await get('/extensions/101/events/one/delete')).toContain('on: dial-in # the screen pop');
    await page.browse('/extensions/101/events/one/delete', { form: {} });
    expect(rules('101')?.map(({ id }) => id)).toEqual(['two']);
  });

  it("that are a pattern's are shown as such, and can be made own ones", async () => {
    expect(await get('/extensions/201')).toContain('Make own copy');
    await page.browse('/extensions/201/own-copy', { form: {} });
    expect(rules('201')).toMatchObject([{ on: 'dial-in' }]);
    expect(await get('/extensions/201')).not.toContain('Make own copy');
  });

  it('cannot be changed by who may only look', async () => {
    await page.browse('/logout', { form: {} });
    await page.login('desk', 'desk');
    expect(await get('/extensions/101')).not.toContain('Add Call Event');
    expect((await page.browse('/extensions/101/events/one/status', { form: { status: 'disabled' } })).status).toBe(403);
  });
});

describe('the form of a Call Event', () => {
  it('sent as it is, changes nothing', async () => {
    const before = file();
    for (const id of ['one', 'two']) {
      const path = `/extensions/101/events/${id}`;
      const fields = fieldsIn(await get(path));
      const saved = await page.browse(path, { form: { ...fields, do: 'save' } });
      expect([id, saved.status]).toEqual([id, 303]);
    }
    expect(file()).toBe(before);
  });

  it('saves what was changed, which is active then', async () => {
    const path = '/extensions/101/events/two';
    const fields = fieldsIn(await get(path));
    expect(fields).toMatchObject({
      on: 'hangup',
      method: 'POST',
      status: 'enabled',
      when: 'CallStatus: UNKNOWN',
      body: 'text: "<b>{CallID}</b>"\nn: 5',
    });
    await page.browse(path, {
      form: { ...fields, notes: 'Who "calls"?', when: 'CallStatus: [ANSWER, UNKNOWN]', body: 'text: "5"\nn: 6' },
    });
    expect(rules('101')?.[1]).toMatchObject({
      id: 'two',
      notes: 'Who "calls"?',
      when: { CallStatus: ['ANSWER', 'UNKNOWN'] },
      body: { text: '5', n: 6 },
    });
  });

  it('adds one with the Event ID that it shows', async () => {
    const form = await get('/extensions/101/new-event');
    expect(form).toMatch(/<label for="f-id">Event ID<\/label>\s*<input id="f-id"[^>]* readonly/);
    const fields = fieldsIn(form);
    const done = await page.browse('/extensions/101/new-event', {
      form: { ...fields, on: 'missed', url: 'https://a.example/x', do: 'save' },
    });
    expect(done.status).toBe(303);
    expect(rules('101')?.at(-1)).toMatchObject({ on: 'missed', id: fields.id, method: 'GET', status: 'enabled' });
    const copy = await get('/extensions/101/new-event?copy=one');
    expect(fieldsIn(copy)).toMatchObject({ on: 'dial-in', headers: 'Authorization: "***"' });
    await page.browse('/extensions/101/new-event?copy=one', { form: { ...fieldsIn(copy), notes: 'copy' } });
    expect(rules('101')?.at(-1)).toMatchObject({
      notes: 'copy',
      headers: { Authorization: 'Bearer geheim-geheim-1234' },
    });
  });

  it("copies the pattern's first, and says so", async () => {
    const text = await get('/extensions/201/new-event');
    expect(text).toContain('The Call Events of 201 are those of _2XX.');
    await page.browse('/extensions/201/new-event', { form: { ...fieldsIn(text), url: 'https://a.example/x' } });
    expect(rules('201')).toHaveLength(2);
  });

  it('says what is wrong at the field, in the words of `check`, and keeps what was typed', async () => {
    const path = '/extensions/101/events/two';
    const before = file();
    const answer = await page.browse(path, {
      form: { ...fieldsIn(await get(path)), url: 'crm.example.com', body: 'a: b: c', notes: '<i>' },
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="e-body"');
    const second = await page.browse(path, {
      form: { ...fieldsIn(await get(path)), url: 'crm.example.com', notes: '<i>' },
    });
    expect(second.text).toMatch(/id="e-url">expected a full URL, beginning with https:\/\/ or http:\/\//);
    expect(fieldsIn(second.text)).toMatchObject({ url: 'crm.example.com', notes: '<i>' });
    expect(second.text).not.toContain('<i>');
    expect(file()).toBe(before);
  });

  it('shows the exact request and the lines that a save changes, before it is saved', async () => {
    const path = '/extensions/101/events/one';
    const before = file();
    const fields = { ...fieldsIn(await get(path)), notes: 'Pop' };
    for (const task of ['preview', 'live']) {
      const { text } = await page.browse(path, { form: { ...fields, do: task } });
      expect(text).toContain('token=***&amp;CallID=test-');
      expect(text).toContain('Authorization: ***');
      expect(text).toContain('+         notes: Pop');
      expect(text).not.toMatch(/abcdef0123456789|geheim/);
      expect(text.includes('<html')).toBe(task === 'preview');
    }
    expect(file()).toBe(before);
  });

  it('sends a test, unsaved, and shows request and answer', async () => {
    const path = '/extensions/101/events/two';
    const fields = fieldsIn(await get(path));
    const { text } = await page.browse(path, { form: { ...fields, body: 'json', do: 'test' } });
    expect(text).toContain('HTTP 200');
    expect(text).toContain('It would count as delivered.');
    const [request] = await page.receiver.requests.count(1);
    expect(request).toMatchObject({ method: 'POST', path: '/ended' });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ CallStatus: 'UNKNOWN' });
  });

  it('refuses to save over what somebody else has changed meanwhile, and shows both', async () => {
    const path = '/extensions/101/events/two';
    const fields = fieldsIn(await get(path));
    const other = fieldsIn(await get(path));
    await page.browse(path, { form: { ...other, notes: 'theirs' } });
    const conflict = await page.browse(path, { form: { ...fields, notes: 'mine' } });
    expect(conflict.status).toBe(409);
    for (const words of ['config.yaml has changed since this form was opened', 'theirs', 'mine'])
      expect(conflict.text).toContain(words);
    expect(rules('101')?.[1]?.notes).toBe('theirs');
    await page.browse(path, { form: fieldsIn(conflict.text) });
    expect(rules('101')?.[1]?.notes).toBe('mine');
  });
});

describe('adding an extension', () => {
  it('is filled in for a channel that belongs to none', async () => {
    const text = await get('/extensions/new?channel=PJSIP/desk7');
    expect(text).toContain('value="PJSIP/desk7"');
    const done = await page.browse('/extensions/new', {
      form: { extension: '107', channels: 'PJSIP/desk7, SIP/desk7', notes: 'Lobby', did: '' },
    });
    expect(done.headers.location).toBe('/extensions/107');
    expect(page.service.config?.extensions.find(({ key }) => key === '107')).toMatchObject({
      channels: ['PJSIP/desk7', 'SIP/desk7'],
      notes: 'Lobby',
    });
    const again = await page.browse('/extensions/new', { form: { extension: '108', channels: 'PJSIP/desk7' } });
    expect(again.status).toBe(422);
    expect(again.text).toContain('belongs to extension 107 already');
  });

  it('its settings are changed, and it is deleted', async () => {
    await page.browse('/extensions/101/settings', { form: { notes: 'Front', did: '+1800', channels: '' } });
    expect(page.service.config?.extensions[0]).toMatchObject({ key: '101', notes: 'Front', did: '+1800' });
    await page.browse('/extensions/101/delete', { form: {} });
    expect(rules('101')).toBeUndefined();
  });
});

it('all is read-only, and says how to allow it, while config.yaml has problems', async () => {
  writeFileSync(page.configFile, `${file()}\nnonsense: [`);
  await page.service.reload({ isWhole: true });
  const text = await get('/extensions/101');
  expect(text).toContain('Nothing can be changed here');
  expect(text).not.toContain('Add Call Event');
});
