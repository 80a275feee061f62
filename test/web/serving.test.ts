import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fixtureText } from '../helpers/fixture-log.ts';
import { ask, cheapHash, PASSWORD, READ_TOKEN, type ServedPage, servePage, webSettings } from '../helpers/page.ts';
import { startService } from '../helpers/running-service.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';
import { CERTIFICATE, PRIVATE_KEY, RENEWED_CERTIFICATE, RENEWED_KEY } from '../helpers/tls-certificate.ts';

const ROOT = join(import.meta.dirname, '../..');
const directory = temporaryDirectory();
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function page(more = '', configure?: (one: ServedPage) => void): Promise<ServedPage> {
  const one = await servePage(undefined, webSettings(more));
  stops.push(() => one.stop());
  configure?.(one);
  return one;
}

/** The certificate that a client is shown. */
async function certificateAt(url: string): Promise<PeerCertificate> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
  });
}

describe('the page', () => {
  it('is there while Asterisk is not', async () => {
    const one = await page();
    one.asterisk.manners.refuse = true;
    one.asterisk.cut();
    await one.login();
    expect((await one.browse('/')).status).toBe(200);
    expect((await one.api('GET', '/status')).json()).toMatchObject({ ready: false });
  });

  it('comes, goes and moves with config.yaml; a new password alone needs no new server', async () => {
    const one = await page();
    const apply = async (web: string) => {
      one.configure('  "101": {}', web);
      await one.service.reload({ isWhole: true });
    };
    const { url } = one;
    const web = one.service.config?.web;
    await apply(`web: { enabled: true, port: 0, password: "${cheapHash('new')}", tokens: [] }`);
    expect(one.service.webUrl).toBe(`${url}/`);
    await apply(`web: { enabled: true, port: 0, path: /call-events, password: "${web?.password}" }`);
    await one.log.until((lines) => lines.some(({ msg }) => /page and API: .*\/call-events\/$/.test(String(msg))));
    await expect(ask(`${url}/login`)).rejects.toThrow();
    const moved = one.service.webUrl ?? '';
    expect((await ask(`${moved}login`)).status).toBe(200);
    await apply('');
    await expect(ask(`${moved}login`)).rejects.toThrow();
    expect(one.service.webUrl).toBeUndefined();
  });

  it('that cannot be served leaves the calls alone, and the log says so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    stops.push(async () => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const one = await startService(
      (url) => `  "102": { events: [{ on: dial-in, url: "${url}" }] }`,
      `web: { enabled: true, port: ${port}, password: "${cheapHash(PASSWORD)}" }`,
    );
    stops.push(() => one.stop());
    await one.log.until((lines) => lines.some(({ msg }) => String(msg).startsWith('the page cannot be served on')));
    one.asterisk.play(fixtureText('direct-answered'));
    await one.receiver.requests.count(1);
  });

  it('has a certificate, and takes the one that it is renewed by', async () => {
    const cert = directory.write('cert.pem', CERTIFICATE);
    const key = directory.write('key.pem', PRIVATE_KEY);
    const one = await page(`tls: { cert: "${cert}", key: "${key}" }`);
    expect(one.url).toMatch(/^https:/);
    expect((await certificateAt(one.url)).subject.CN).toBe('localhost');
    directory.write('cert.pem', RENEWED_CERTIFICATE);
    directory.write('key.pem', RENEWED_KEY);
    await one.log.until((lines) => lines.some(({ msg }) => msg === 'the page has a new certificate'));
    expect((await certificateAt(one.url)).subject.CN).toBe('renewed');
  });

  it('logs who changed what, from where, without secrets', async () => {
    const one = await page();
    expect((await one.api('POST', '/rules/nothing/resume')).status).toBe(404);
    one.receiver.status = 410;
    const rule = 'id: gone, on: dial-in, headers: { Authorization: Bearer abcdefghijkl }';
    one.configure(`  "102": { events: [{ ${rule}, url: "${one.receiver.url}" }] }`, webSettings());
    await one.service.reload({ isWhole: true });
    one.asterisk.play(fixtureText('direct-answered'));
    await one.log.until((lines) => lines.some(({ msg }) => /suspended/.test(String(msg))));
    expect((await one.api('POST', '/rules/gone/resume')).status).toBeLessThan(300);
    const [line] = one.log.all.filter(({ change }) => change !== undefined);
    expect(line?.change).toMatchObject({ who: 'writer', by: 'token', from: '127.0.0.1', what: /gone/ });
    expect(JSON.stringify(one.log.all)).not.toContain('abcdefghijkl');
  });
});

describe('a reader', () => {
  it('by a token, gets 403 for every route that changes something, and 200 for what it looks at', async () => {
    const one = await page();
    const document = (await one.api('GET', '/openapi.json', undefined, READ_TOKEN)).json() as {
      paths: Record<string, Record<string, object>>;
    };
    const writing = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, '1')] as const),
    );
    expect(writing.length).toBeGreaterThan(2);
    for (const [method, path] of writing) {
      expect([method, path, (await one.api(method, path, {}, READ_TOKEN)).status]).toEqual([method, path, 403]);
      const nobody = await ask(`${one.url}/api/v1${path}`, { method });
      expect([method, path, nobody.status]).toEqual([method, path, 401]);
    }
    expect((await one.api('GET', '/status', undefined, READ_TOKEN)).status).toBe(200);
  });

  it('by a login, sees pages and may change nothing', async () => {
    const one = await page();
    await one.login('desk', 'desk');
    const overview = await one.browse('/');
    expect(overview.text).toContain('desk (may only look)');
    for (const path of ['/deliveries/1/retry', '/rules/x/resume'])
      expect([path, (await one.browse(path, { form: {} })).status]).toEqual([path, 403]);
  });
});

describe('where `web` is off', () => {
  it('nothing of it is loaded', () => {
    const script = `
      const { Service } = await import(${JSON.stringify(join(ROOT, 'src/service/service.ts'))});
      const { createLog } = await import(${JSON.stringify(join(ROOT, 'src/log.ts'))});
      const service = new Service({ configFile: process.argv[1], env: {}, createLog: (level, secrets) => createLog(level, 'json', secrets, () => undefined) });
      await service.start();
      await service.stop();
    `;
    const file = directory.write(
      'off.yaml',
      `asterisk: { port: 1, username: a, secret: geheim }\noutbox: ${join(directory.path, 'off.db')}\nextensions: {}\n`,
    );
    const hooks = `
      import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { if (/src\\/web\\/|fastify|hono/.test(url)) process.stdout.write(url + '\\n'); return next(url, context); } });
    `;
    const run = (text: string) =>
      spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`, '--input-type=module', '-e', text, file],
        { encoding: 'utf8', timeout: 15_000 },
      );
    const { stdout, status } = run(script);
    expect([status, stdout]).toEqual([0, '']);
    // The hook sees what is loaded where it is on.
    const on = run(`await import(${JSON.stringify(join(ROOT, 'src/web/server.ts'))});`);
    expect(on.stdout).toContain('src/web/app.ts');
  });
});
