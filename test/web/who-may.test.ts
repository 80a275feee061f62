import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  ask,
  cheapHash,
  PASSWORD,
  READ_TOKEN,
  type ServedPage,
  servePage,
  WRITE_TOKEN,
  webSettings,
} from '../helpers/page.ts';

const running: ServedPage[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function page(more?: string): Promise<ServedPage> {
  const one = await servePage(undefined, webSettings(more));
  running.push(one);
  return one;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const LOGIN = { method: 'POST', body: new URLSearchParams({ password: PASSWORD }).toString() };

describe('a password', () => {
  it('is asked for on every page, which is shown after the login', async () => {
    const one = await page();
    const before = await one.browse('/settings');
    expect([before.status, before.headers.location]).toEqual([303, '/login?next=%2Fsettings']);
    const login = await one.login();
    expect([login.status, login.headers.location]).toEqual([303, '/']);
    const after = await one.browse('/settings');
    expect(after.status).toBe(200);
    expect(after.text).toContain('Active configuration');
  });

  it('that is wrong lets nobody in', async () => {
    const one = await page();
    for (const user of ['', 'admin', 'desk', 'nobody', 'reader']) {
      const login = await one.login('wrong', user);
      expect(login.status).toBe(401);
      expect(login.text).toContain('User or password is wrong.');
    }
    expect((await one.browse('/')).status).toBe(303);
  });

  it('of one user is not that of another', async () => {
    const one = await page();
    expect((await one.login('desk', 'admin')).status).toBe(401);
    expect((await one.login(PASSWORD, 'desk')).status).toBe(401);
    expect((await one.login('desk', 'desk')).status).toBe(303);
  });

  it('leads on to the page that was asked for, and to no other site', async () => {
    const one = await page();
    const to = async (next: string) => {
      const { headers } = await one.browse('/login', { form: { password: PASSWORD, next } });
      return headers.location;
    };
    expect(await to('/calls?since=1')).toBe('/calls?since=1');
    for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/a\r\nb'])
      expect(await to(next)).toBe('/');
  });

  it('may be tried five times a minute from an address, the right one too', async () => {
    const one = await page();
    for (let at = 0; at < 5; at++) expect((await one.login('wrong')).status).toBe(401);
    const refused = await one.login();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
    expect(refused.text).toContain('Too many attempts.');
  });

  it('counts as failed from its beginning: many at once are no way around', async () => {
    const one = await page();
    const all = await Promise.all(Array.from({ length: 12 }, async () => (await one.login('wrong')).status));
    expect(all.filter((status) => status === 401).length).toBe(5);
    expect(all.filter((status) => status === 429).length).toBe(7);
  });
});

describe('a session', () => {
  it('is a cookie that no script and no other site gets, with our port in its name', async () => {
    const one = await page();
    const [cookie = ''] = (await one.login()).headers['set-cookie'] ?? [];
    const { port } = new URL(one.url);
    expect(cookie).toMatch(new RegExp(`^call-events-${port}-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
  });

  it('is another one after each login; the one before has ended', async () => {
    const one = await page();
    const [first = ''] = (await one.login()).headers['set-cookie'] ?? [];
    await one.login();
    const [pair = ''] = first.split(';');
    expect((await ask(`${one.url}/settings`, { headers: { cookie: pair } })).status).toBe(303);
    expect((await one.browse('/settings')).status).toBe(200);
  });

  it('ends with the logout', async () => {
    const one = await page();
    const [cookie = ''] = (await one.login()).headers['set-cookie'] ?? [];
    const [pair = ''] = cookie.split(';');
    expect((await one.browse('/logout', { form: {} })).headers.location).toBe('/login');
    expect((await ask(`${one.url}/`, { headers: { cookie: pair } })).status).toBe(303);
  });

  it('ends when its password is changed, and not when another one is', async () => {
    const one = await servePage(undefined, webSettings());
    running.push(one);
    await one.login();
    const { web } = one.service.config ?? {};
    const settings = (password: string, desk: string) =>
      `web: { enabled: true, port: 0, password: "${password}", users: [{ name: desk, password: "${desk}" }] }`;
    one.configure('  "101": {}', settings(web?.password ?? '', cheapHash('new')));
    await one.service.reload({ isWhole: true });
    expect((await one.browse('/settings')).status).toBe(200);
    one.configure('  "101": {}', settings(cheapHash('new'), cheapHash('new')));
    await one.service.reload({ isWhole: true });
    expect((await one.browse('/settings')).status).toBe(303);
  });

  it.each([
    ['is logged out', async (one: ServedPage) => void (await one.browse('/logout', { form: {} }))],
    [
      'has another password',
      async (one: ServedPage) =>
        one.configure('  "101": {}', `web: { enabled: true, port: 0, password: "${cheapHash('new')}" }`),
    ],
  ])('gets no more events once it %s', async (_, end) => {
    const one = await page();
    const [cookie = ''] = (await one.login()).headers['set-cookie'] ?? [];
    const { text, ended } = await openStream(one, cookie);
    await end(one);
    // What is applied is an event for everybody who looks.
    await one.service.reload({ isWhole: true });
    await ended;
    expect(text()).toBe(': connected\n\n');
  });

  it('loses its rights with its user', async () => {
    const one = await page();
    await one.login('desk', 'desk');
    expect((await one.browse('/settings')).status).toBe(200);
    one.configure('  "101": {}', `web: { enabled: true, port: 0, password: "${cheapHash(PASSWORD)}" }`);
    await one.service.reload({ isWhole: true });
    expect((await one.browse('/settings')).status).toBe(303);
  });
});

/** Follows /api/v1/stream with the cookie of a login. */
async function openStream(one: ServedPage, cookie: string): Promise<{ text(): string; ended: Promise<unknown> }> {
  let text = '';
  return new Promise((resolve, reject) => {
    const headers = { cookie: cookie.split(';')[0] };
    request(`${one.url}/api/v1/stream`, { headers, agent: false }, (response) => {
      const ended = once(response, 'end');
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        resolve({ text: () => text, ended });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('a page of another site', () => {
  const CROSS = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

  it('cannot log anybody in or out', async () => {
    const one = await page();
    expect((await ask(`${one.url}/login`, { ...LOGIN, headers: { ...FORM, ...CROSS } })).status).toBe(403);
    await one.login();
    expect((await one.browse('/logout', { form: {}, headers: CROSS })).status).toBe(403);
    expect((await one.browse('/settings')).status).toBe(200);
  });

  it('cannot use a session to change something', async () => {
    const one = await page();
    await one.login();
    const wrong: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'same-origin-but-not-quite' },
    ];
    for (const headers of wrong)
      expect((await one.browse('/api/v1/nothing', { method: 'POST', headers })).status).toBe(403);
  });
});

describe('a program', () => {
  it('may log in without a browser’s headers', async () => {
    const one = await page();
    expect((await ask(`${one.url}/login`, { ...LOGIN, headers: FORM })).status).toBe(303);
  });

  it('needs a token to change something: a session is not enough', async () => {
    const one = await page();
    const login = await ask(`${one.url}/login`, { ...LOGIN, headers: FORM });
    const [pair = ''] = login.headers['set-cookie']?.[0]?.split(';') ?? [];
    const url = `${one.url}/api/v1/nothing`;
    expect((await ask(url, { method: 'POST', headers: { cookie: pair } })).status).toBe(403);
    expect((await ask(url, { method: 'POST' })).status).toBe(401);
    expect((await ask(url, { method: 'POST', headers: bearer(WRITE_TOKEN) })).status).toBe(404);
  });
});

describe('the API', () => {
  it('wants a token, and says so as problem details', async () => {
    const one = await page();
    const answer = await ask(`${one.url}/api/v1/status`);
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toMatchObject({ status: 401, title: 'Not logged in' });
  });

  it.each([
    'Bearer wrong',
    `Bearer ${READ_TOKEN}x`,
    `Bearer ${READ_TOKEN.slice(1)}`,
    `Basic ${READ_TOKEN}`,
    READ_TOKEN,
    'Bearer',
    '',
  ])('takes no other token: %j', async (authorization) => {
    const one = await page();
    // Not even beside a session that is right.
    await one.login();
    expect((await one.browse('/api/v1/status', { headers: { authorization } })).status).toBe(401);
  });

  it('is open for the session of the page too', async () => {
    const one = await page();
    await one.login();
    expect((await one.browse('/api/v1/status')).json()).toMatchObject({ ready: true });
  });

  it('takes bodies of JSON alone', async () => {
    const one = await page();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const headers = { ...bearer(WRITE_TOKEN), 'content-type': type };
      const answer = await ask(`${one.url}/api/v1/deliveries/retry`, { method: 'POST', headers, body: '{}' });
      expect([answer.status, answer.json()]).toEqual([415, expect.objectContaining({ status: 415 })]);
    }
    expect((await one.api('POST', '/deliveries/retry', {})).status).toBe(200);
  });

  it.each([
    ['PATCH', '/extensions/101', 'DELETE, GET, HEAD, OPTIONS, PUT'],
    ['DELETE', '/deliveries', 'GET, HEAD, OPTIONS'],
    ['GET', '/deliveries/retry', 'OPTIONS, POST'],
    ['POST', '/stream', 'GET, HEAD, OPTIONS'],
  ])('says to %s %s which methods there are', async (method, path, allow) => {
    const one = await page();
    const headers = bearer(READ_TOKEN);
    const refused = await ask(`${one.url}/api/v1${path}`, { method, headers, body: 'x' });
    expect([refused.status, refused.headers.allow]).toEqual([405, allow]);
    expect(refused.json()).toMatchObject({ status: 405, title: 'Method not allowed' });
    const options = await ask(`${one.url}/api/v1${path}`, { method: 'OPTIONS', headers });
    expect([options.status, options.headers.allow, options.text]).toEqual([204, allow, '']);
    expect((await ask(`${one.url}/api/v1${path}`, { method })).status).toBe(401);
  });

  it('is described by its OpenAPI document', async () => {
    const one = await page();
    const answer = await one.api('GET', '/status', undefined, READ_TOKEN);
    expect(answer.json()).toMatchObject({ ready: true, problems: [] });
    expect((await one.api('GET', '/openapi.json')).status).toBe(200);
  });
});

describe('the name by which the page is asked for', () => {
  it.each(['127.evil.example', 'evil.example:9466'])('is looked at on every request: %j', async (host) => {
    const one = await page();
    const headers = { host, ...bearer(WRITE_TOKEN) };
    for (const path of ['/', '/login', '/settings', '/assets/app.js', '/api/v1/status', '/nothing'])
      expect([path, (await ask(one.url + path, { headers })).status]).toEqual([path, 403]);
    const login = await ask(`${one.url}/login`, { ...LOGIN, headers: { ...FORM, host } });
    expect(login.status).toBe(403);
  });

  it.each([
    ['GET /assets/app.js HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 403],
    ['GET /assets/app.js HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['GET /assets/app.js HTTP/1.0\r\n\r\n', 403],
    ['GET /assets/app.js HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
  ])('must be there, once: %j', async (request, status) => {
    const one = await page();
    const socket = connect(Number(new URL(one.url).port), '127.0.0.1').setEncoding('latin1');
    socket.write(request);
    expect((await socket.toArray()).join('')).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('may be one that config.yaml names', async () => {
    const one = await page('names: [pbx.example.com]');
    const headers = { host: 'pbx.example.com', ...bearer(READ_TOKEN) };
    expect((await ask(`${one.url}/api/v1/status`, { headers })).status).toBe(200);
  });
});

describe('every answer', () => {
  it('has the headers that keep a browser from more than it should do', async () => {
    const one = await page();
    for (const path of ['/login', '/', '/nothing', '/api/v1/status', '/assets/app.js']) {
      const { headers } = await ask(one.url + path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cache-control']).toMatch(/no-(?:store|cache)/);
    }
  });

  it('of a file that every page needs is sent once', async () => {
    const one = await page();
    const { headers, text } = await ask(`${one.url}/assets/style.css`);
    expect(text).toContain('color-scheme');
    const again = await ask(`${one.url}/assets/style.css`, { headers: { 'if-none-match': headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('behind a proxy', () => {
  it('the page is where `path` says, whether the proxy passes the path on or not', async () => {
    const one = await page('path: /call-events, names: [pbx.example.com]');
    const root = one.url.replace(/\/call-events$/, '');
    expect(one.url).toMatch(/\/call-events$/);
    for (const url of [`${root}/call-events/settings?a=1`, `${root}/settings?a=1`])
      expect((await ask(url)).headers.location).toBe('/call-events/login?next=%2Fcall-events%2Fsettings%3Fa%3D1');
    const login = await one.login();
    expect(login.headers.location).toBe('/call-events/');
    expect(login.headers['set-cookie']?.[0]).toContain('; Path=/call-events;');
    expect((await one.browse('/')).text).toContain('href="/call-events/assets/style.css"');
    expect((await ask(`${root}/call-eventsx`)).headers.location).toContain(encodeURIComponent('/call-eventsx'));
  });

  it('that is trusted, what it says of the browser is believed', async () => {
    const one = await page('trustProxy: [127.0.0.1], names: [pbx.example.com]');
    const headers = {
      ...FORM,
      host: '127.0.0.1',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'pbx.example.com',
      origin: 'https://pbx.example.com',
    };
    const login = await ask(`${one.url}/login`, { ...LOGIN, headers });
    expect(login.headers['set-cookie']?.[0]).toContain('; Secure');
    await one.log.until((lines) => lines.some(({ msg }) => msg === 'admin has logged in on the page, from 192.0.2.7'));
    const foreign = { ...headers, 'x-forwarded-host': 'evil.example' };
    expect((await ask(`${one.url}/login`, { ...LOGIN, headers: foreign })).status).toBe(403);
  });

  it('that is not trusted, nothing that it says is believed', async () => {
    const one = await page();
    const headers = { ...FORM, 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    const login = await ask(`${one.url}/login`, { ...LOGIN, headers });
    expect(login.headers['set-cookie']?.[0]).not.toContain('Secure');
    await one.log.until((lines) => lines.some(({ msg }) => msg === 'admin has logged in on the page, from 127.0.0.1'));
  });
});
