import { Agent } from 'node:http';
import axios from 'axios';
import { benchPackage } from '../harness/bench-package.ts';
import { Peer } from '../harness/peer.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';

/** The same requests with nothing around them: no state, no disk, no order. */
const { requests, concurrency, client } = parameters<{
  requests: number;
  concurrency: number;
  client: 'axios' | 'undici';
}>();
const receiver = await Peer.start('receiver');
const { port } = receiver.ready;
const send = client === 'axios' ? withAxios() : withUndici();
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
  return (url: string, headers: Record<string, string>): Promise<unknown> => instance.get(url, { headers });
}

function withUndici() {
  const { Pool } = benchPackage<{ Pool: new (origin: string, options: object) => UndiciPool }>('undici');
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin, { connections: concurrency });
  return async (url: string, headers: Record<string, string>): Promise<unknown> => {
    const { body } = await pool.request({ path: url.slice(origin.length), method: 'GET', headers });
    return body.dump();
  };
}

interface UndiciPool {
  request(options: object): Promise<{ body: { dump(): Promise<void> } }>;
}
