import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fixtureText } from '../helpers/fixture-log.ts';
import { type ServedPage, servePage } from '../helpers/page.ts';

/** A receiver that packs its answers, and repeats in them what it was sent. */
let receiver: Server;
let one: ServedPage;
beforeAll(async () => {
  receiver = createServer((request, response) => {
    response
      .writeHead(request.url?.includes('dial-in') ? 404 : 410, {
        'content-encoding': 'gzip',
        'set-cookie': 'session=s3cr3tcookie',
        'x-echo': String(request.headers['x-key']),
        server: 'crm/1.0',
      })
      .end(gzipSync(`no such hook; your key was ${request.headers['x-key']}`));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  one = await servePage(
    () =>
      `  "102": { events: [{ on: dial-in, id: R1, method: POST, url: "${url}/dial-in", headers: { X-Key: "k3y-of-the-crm" } }, { on: hangup, id: R2, url: "${url}/hangup" }] }`,
    undefined,
    'delivery: { retry: { dial: { tries: [0s, 10ms] } } }',
  );
  await one.login();
  one.asterisk.play(fixtureText('direct-answered'));
  await one.log.until((lines) => lines.filter(({ outcome }) => outcome === 'dead').length === 2);
});
afterAll(async () => {
  await one.stop();
  receiver.close();
});

interface Delivery {
  id: string;
  attempts: { headers: Record<string, string>; answer: string }[];
}

it('each attempt of a delivery is there: request, answer with headers and text, duration, reason; no secret', async () => {
  const { deliveries } = (await one.api('GET', '/deliveries?event=dial-in')).json() as { deliveries: Delivery[] };
  const id = deliveries[0]?.id ?? '';
  const { text } = await one.browse(`/deliveries/${id}`);
  expect(text).toMatch(/POST http:\/\/127\.0\.0\.1:\d+\/dial-in/);
  expect(text).toContain(`webhook-id: ${id}`);
  expect(text).toMatch(
    /Attempt 2 <span class="state bad">.*failed, not tried again[\s\S]*Attempt 1 <span class="state wait">/,
  );
  expect(text).toContain('server: crm/1.0');
  expect(text).toContain('no such hook; your key was ***');
  expect(text).toMatch(/dead, after 2 tries/);
  expect(text).toContain('--data-raw &#39;');
  expect(text).toContain('Sent again, it is made from the rule as it is now: POST');
  expect(text).not.toMatch(/k3y-of-the-crm|s3cr3tcookie/);
  const answer = await one.api('GET', `/deliveries/${id}`);
  expect((answer.json() as Delivery).attempts).toMatchObject([
    { number: 1, status: 404, outcome: 'retry', answer: 'no such hook; your key was ***' },
    { number: 2, status: 404, outcome: 'dead', headers: { 'set-cookie': '***', 'x-echo': '***' } },
  ]);
  expect(answer.text).not.toMatch(/k3y-of-the-crm|s3cr3tcookie/);
});

it('a rule whose receiver wants no more stands under what is to do, until it is resumed', async () => {
  expect((await one.browse('/')).text).toContain('Resume R2');
  expect((await one.api('GET', '/status')).json()).toMatchObject({ suspendedRules: 1 });
  const { status, headers } = await one.browse('/rules/R2/resume', { form: {} });
  expect([status, headers.location]).toEqual([303, '/']);
  expect((await one.browse('/')).text).toContain('Rule R2 sends again');
});
