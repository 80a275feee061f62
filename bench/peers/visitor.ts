import { Agent, request } from 'node:http';
import { parameters } from '../harness/report.ts';

/** Somebody who looks at one page after the other, at a given rate, and follows what happens meanwhile. */
const { url, token, perSecond } = parameters<{ url: string; token: string; perSecond: number }>();
const headers = { authorization: `Bearer ${token}` };
const agent = new Agent({ keepAlive: true });
const PAGES = [
  '/',
  '/calls',
  '/deliveries',
  '/deliveries?extension=10001',
  '/deliveries?state=dead&event=hangup',
  '/deliveries?reason=nothing+like+it',
  '/api/v1/calls',
  '/api/v1/deliveries?state=delivered',
  '/deliveries?since=1h&event=dial-in',
  '/calls?extension=10001',
];
const latencies: number[] = [];
let failed = 0;

request(`${url}/api/v1/stream`, { headers })
  .on('response', (response) => response.resume())
  .end();
let number = 0;
setInterval(() => {
  const from = performance.now();
  const page = PAGES[number++ % PAGES.length];
  request(url + page, { headers, agent })
    .on('response', (response) => {
      if (response.statusCode !== 200) failed++;
      response.resume().on('end', () => latencies.push(performance.now() - from));
    })
    .on('error', () => failed++)
    .end();
}, 1000 / perSecond);
process.on('message', () => process.send?.({ latencies, failed }));
process.send?.({ port: 0, receiverPort: 0 });
