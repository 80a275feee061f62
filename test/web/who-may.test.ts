import { afterEach, describe, expect, it } from '@jest/globals';
import { ask, READ_TOKEN, type ServedPage, servePage, webSettings } from '../helpers/page.ts';

const running: ServedPage[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function page(more?: string): Promise<ServedPage> {
  const one = await servePage(undefined, webSettings(more));
  running.push(one);
  return one;
}

describe('a password', () => {
  it('is asked for on every page, which is shown after the login', async () => {
    const one = await page();
    const before = await one.browse('/settings');
    expect([before.status, before.headers.location]).toEqual([303, '/login?next=%2Fsettings']);
    const login = await one.login();
    expect([login.status, login.headers.location]).toEqual([303, '/']);
    const after = await one.browse('/settings');
    expect(after.status).toBe(200);
    expect(after.text).toContain('config.yaml in force');
  });

  it('that is wrong lets nobody in', async () => {
    const one = await page();
    const login = await one.login('wrong');
    expect(login.status).toBe(401);
    expect(login.text).toContain('User or password is wrong.');
    expect((await one.browse('/')).status).toBe(303);
  });
});

describe('the API', () => {
  it('wants a token, and says so as problem details', async () => {
    const one = await page();
    const answer = await ask(`${one.url}/api/v1/status`);
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: 401, title: 'Not logged in' });
  });

  it('is described by its OpenAPI document', async () => {
    const one = await page();
    const answer = await one.api('GET', '/status', undefined, READ_TOKEN);
    expect(answer.json()).toMatchObject({ ready: true, problems: [] });
    expect((await one.api('GET', '/openapi.json')).status).toBe(200);
  });
});
