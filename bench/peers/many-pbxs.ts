import type { Socket } from 'node:net';
import { parameters } from '../harness/report.ts';
import { askedCall } from '../stream/recording.ts';
import { startAmiServer } from './ami-server.ts';
import { Crms } from './crm.ts';

/**
 * Many small Asterisk servers with a given rate of calls in all, and a receiver for each, in one process and so with
 * one clock: it knows how long after the last byte of an event its request arrived. Every server counts its calls from
 * 0, so that all of them have the same CallIDs.
 */
const { servers, extensions, callsPerSecond, seconds, warmUpSeconds, answerMs } = parameters<{
  servers: number;
  /** Of each. */
  extensions: number;
  callsPerSecond: number;
  seconds: number;
  warmUpSeconds: number;
  answerMs: number;
}>();
const RING_MS = 500;
const TALK_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

const { template, dialBegin, end } = askedCall();
/** How many events of a call there are when the Dials, the Answers and the Hangups are made. */
const steps = [dialBegin + 1, end, template.events];
const cuts = steps.map((count) => template.ends[count - 1] ?? 0);
const crms = new Crms(answerMs);
await crms.listen(servers);
const sockets = new Map<number, Socket>();
/** Events written, since the warm-up. */
let events = 0;
const ports: number[] = [];
for (let server = 0; server < servers; server++)
  ports.push(
    await startAmiServer((name, socket) => {
      if (name !== 'coreshowchannels' || sockets.has(server)) return;
      sockets.set(server, socket);
      if (sockets.size === servers) process.send?.({ connected: true });
    }),
  );
process.on('message', () => void play());
process.send?.({ ports, receiverPorts: crms.ports });

async function play(): Promise<void> {
  const rounds = new Array<number>(servers).fill(0);
  const from = performance.now();
  const warmCalls = warmUpSeconds * callsPerSecond;
  const calls = warmCalls + seconds * callsPerSecond;
  for (let call = 0; call < calls; ) {
    const due = Math.floor(((performance.now() - from) / 1000) * callsPerSecond);
    for (; call < Math.min(due, calls); call++) {
      if (call === warmCalls) {
        crms.takeArrivals();
        events = 0;
        process.send?.({ warm: true });
      }
      const server = call % servers;
      begin(server, rounds[server] ?? 0);
      rounds[server] = (rounds[server] ?? 0) + 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  process.send?.({ arrivals: crms.takeArrivals(), events });
  const waitedFrom = performance.now();
  await new Promise((resolve) => setTimeout(resolve, RING_MS + TALK_MS));
  while (crms.missing > 0 && performance.now() - waitedFrom < LONGEST_WAIT_MS)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const drainSeconds = (performance.now() - waitedFrom - RING_MS - TALK_MS) / 1000;
  // What comes twice comes a little later.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  process.send?.({ calls, drainSeconds, lost: crms.missing, ...crms.wrong });
}

function begin(server: number, round: number): void {
  const caller = 10_000 + ((round * 2) % extensions);
  const second = Math.floor(Date.now() / 1000);
  const bytes = template.fill({ round, second, caller, called: caller + 1 });
  const callId = /\r\nLinkedid: (\S+)/.exec(bytes.toString('latin1'))?.[1] ?? '';
  const write = (step: number) => {
    sockets.get(server)?.write(bytes.subarray(cuts[step - 1] ?? 0, cuts[step]));
    events += (steps[step] ?? 0) - (steps[step - 1] ?? 0);
    crms.written(server, callId, step);
  };
  write(0);
  setTimeout(() => write(1), RING_MS);
  setTimeout(() => write(2), RING_MS + TALK_MS);
}
