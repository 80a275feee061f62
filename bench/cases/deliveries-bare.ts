import { Agent } from 'node:http';
import axios, { Axios } from 'axios';
import { AddressGuard } from '../../src/delivery/http/address-guard.ts';
import { Sender } from '../../src/delivery/http/sender.ts';
import { undiciAdapter } from '../clients/axios-on-undici.ts';
import { benchPackage } from '../harness/bench-package.ts';
import { Peer } from '../harness/peer.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';

const CLIENTS = { axios: withAxios, sender: withSender, 'axios on undici': withAxiosOnUndici, undici: withUndici };

/** The same requests with nothing around them: no state, no disk, no order. */
const { requests, concurrency, client } = parameters<{
  requests: number;
  concurrency: number;
  client: keyof typeof CLIENTS;
}>();
const receiver = await Peer.start('receiver');
const { port } = receiver.ready;
const send: (url: string, headers: Record<string, string>) => Promise<unknown> = CLIENTS[client]();
let begun = 0;
const stop = stopwatch();
await Promise.all(Array.from({ length: concurrency }, worker));
const { seconds, cpuSeconds } = stop();
receiver.stop();
report({ seconds, cpuSeconds, perSecond: requests / seconds });

async function worker(): Promise<void> {
  while (begun < requests) {
    const { url, headers } = sampleDelivery(port, begun++);
    await send(url, headers);
  }
}

function withAxios() {
  const httpAgent = new Agent({ keepAlive: true });
  const instance = axios.create({ httpAgent, maxRedirects: 0, proxy: false });
  return (url: string, headers: Record<string, string>) => instance.get(url, { headers });
}

/** The service's own. */
function withSender() {
  const sender = new Sender(new AddressGuard({ allow: [], deny: [] }), 3000);
  return (url: string, headers: Record<string, string>) =>
    sender.send({ method: 'GET', url, headers, body: undefined, timeoutMs: 10_000 });
}

function withAxiosOnUndici() {
  const instance = new Axios({ adapter: undiciAdapter(`http://127.0.0.1:${port}`, concurrency) });
  return (url: string, headers: Record<string, string>) => instance.get(url, { headers });
}

function withUndici() {
  const { Pool } = benchPackage<{ Pool: new (origin: string, options: object) => UndiciPool }>('undici');
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin, { connections: concurrency });
  return async (url: string, headers: Record<string, string>) => {
    const { body } = await pool.request({ path: url.slice(origin.length), method: 'GET', headers });
    return body.dump();
  };
}

interface UndiciPool {
  request(options: object): Promise<{ body: { dump(): Promise<void> } }>;
}
