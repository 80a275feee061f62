import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { parameters } from '../harness/report.ts';
import { pacedCall } from '../stream/recording.ts';
import { startAmiServer } from './ami-server.ts';

/**
 * A PBX with a given rate of calls, and the receiver of their requests, in one process and so with one clock: it knows
 * how long after the last byte of a DialBegin the first request for that call arrived.
 */
const {
  callsPerSecond,
  seconds,
  warmUpSeconds,
  extensions = 1000,
  lasting = false,
} = parameters<{
  callsPerSecond: number;
  seconds: number;
  warmUpSeconds: number;
  extensions?: number;
  /** The calls do not end: all is done when the requests of their beginnings have arrived. */
  lasting?: boolean;
}>();
/** When a call of the recording goes on after its DialBegin. */
const TALK_MS = 200;
const LAST_REQUESTS_MS = 500;
const REQUESTS_OF_A_BEGINNING = 2;
const call = pacedCall();
const dialledAt = new Map<string, number>();
const latencies: number[] = [];
let requests = 0;
let client: Socket | undefined;

const port = await startAmiServer((name, socket) => {
  client = socket;
  if (lasting && name === 'coreshowchannels') process.send?.({ ready: true });
});
const receiver = createServer((request, response) => {
  const now = performance.now();
  requests++;
  let text = request.url ?? '';
  if (request.method === 'GET') arrived(text, now);
  request.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => {
    response.statusCode = 204;
    response.end();
  });
});
receiver.keepAliveTimeout = 60_000;
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const address = receiver.address();
process.on('message', () => void play());
process.send?.({ port, receiverPort: typeof address === 'object' ? address?.port : 0 });

/** The first request of a call ends the measurement of its latency. */
function arrived(url: string, now: number): void {
  const callId = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('CallID') ?? '';
  const from = dialledAt.get(callId);
  if (from === undefined) return;
  dialledAt.delete(callId);
  latencies.push(now - from);
}

async function play(): Promise<void> {
  const socket = client;
  if (socket === undefined) return;
  const from = performance.now();
  const warmCalls = warmUpSeconds * callsPerSecond;
  const calls = warmCalls + seconds * callsPerSecond;
  for (let round = 0; round < calls; ) {
    const due = Math.floor(((performance.now() - from) / 1000) * callsPerSecond);
    for (; round < Math.min(due, calls); round++) {
      if (round === warmCalls) {
        if (!lasting) process.send?.({ warm: true });
        latencies.length = 0;
        requests = 0;
      }
      begin(socket, round);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (lasting && requests < calls * REQUESTS_OF_A_BEGINNING) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, TALK_MS + LAST_REQUESTS_MS));
  process.send?.({ latencies, requests });
}

function begin(socket: Socket, round: number): void {
  const { template, dialBegin, end } = call;
  const bytes = template.fill({
    round,
    second: Math.floor(Date.now() / 1000),
    caller: 10_000 + ((round * 2) % extensions),
    called: 10_001 + ((round * 2) % extensions),
  });
  const cut = (event: number) => template.ends[event] ?? 0;
  const callId = /\r\nLinkedid: (\S+)/.exec(bytes.toString('latin1', 0, cut(dialBegin)))?.[1] ?? '';
  socket.write(bytes.subarray(0, cut(dialBegin)));
  dialledAt.set(callId, performance.now());
  socket.write(bytes.subarray(cut(dialBegin), cut(end - 1)));
  if (!lasting) setTimeout(() => socket.write(bytes.subarray(cut(end - 1))), TALK_MS);
}
