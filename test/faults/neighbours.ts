import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NameServer } from '../helpers/name-server.ts';
import { until } from './service-process.ts';
import { end, type Options, type Parts, pause, type Result, resultOf, settled, withService } from './with-service.ts';
import { configText } from './workplace.ts';

const MEMORY = '/dev/shm';
const TOGETHER_MS = 30_000;
const WINDOW_MS = 3000;
/** Enough for a bad one to be asked every other second: one extension sends its Dial-Ins to several. */
const CALLS_A_SECOND = 10;
const BAD_ONES_EACH = 4;
/** Receivers that are slow, hang or flood; and how much later the good one may have its requests beside them. */
const BAD_RECEIVERS = 100;
const BESIDE_BAD_RECEIVERS_MS = 50;
const DEAD_NAMES = 12;
const BESIDE_DEAD_NAMES_MS = 20;
/** A machine on which a delivery takes longer without any neighbour has no time to judge by. */
const BUSY_MACHINE_MS = 500;
const STOPPED_WITHIN_MS = 5000;

/** Deliveries to bad ones come to their end soon. */
const RETRY = 'retry: {tries: [0s, 1s, 3s], expire: 8s}';

/** A hundred receivers that are slow, hang or flood: the good one has its requests as soon as it has them alone. */
export async function badReceivers(random: () => number): Promise<Result> {
  const peers = fork(join(import.meta.dirname, 'bad-receivers.ts'), [String(BAD_RECEIVERS)]);
  try {
    const [ports] = (await once(peers, 'message')) as [number[]];
    const urls = ports.map((port) => `http://127.0.0.1:${port}/`);
    return await beside(random, urls, BESIDE_BAD_RECEIVERS_MS, {});
  } finally {
    peers.disconnect();
  }
}

/**
 * A dozen names that are never answered for: the same, for a receiver whose name is in /etc/hosts; and it ends in time.
 */
export async function deadNames(random: () => number): Promise<Result> {
  const names = Array.from({ length: DEAD_NAMES }, (_, index) => `crm${index}.example.com`);
  const server = new NameServer(Object.fromEntries(names.map((name) => [name, 'silent' as const])));
  const env = { CALL_EVENTS_NAME_SERVERS: await server.listen() };
  const preload = [join(import.meta.dirname, 'name-servers.ts')];
  const urls = names.map((name) => `http://${name}/`);
  try {
    const result = await beside(random, urls, BESIDE_DEAD_NAMES_MS, { env, preload });
    result.figures['dead names asked for'] = new Set(server.asked.map((asked) => asked.split(' ')[0])).size;
    if (result.figures.times === undefined && Number(result.figures['stopped after ms']) > STOPPED_WITHIN_MS)
      result.late.push('it did not stop in time');
    return result;
  } finally {
    server.close();
  }
}

/**
 * Sends to a good receiver, with requests of the same calls to bad ones beside it. A second service does so without the
 * bad ones at the same time, so that what else the machine does makes no difference; and their outboxes are in memory
 * where that can be, for a disk is a neighbour of another kind.
 */
async function beside(
  random: () => number,
  urls: readonly string[],
  mostMs: number,
  options: Options,
): Promise<Result> {
  const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'call-events-neighbours-'));
  const at = (name: string) => {
    const outbox = join(directory, name);
    return { outbox, more: `outbox: ${outbox}` };
  };
  try {
    return await withService(
      random,
      (control) =>
        withService(random, (parts) => compare(control, parts, urls, mostMs), { ...options, ...at('beside.db') }),
      at('alone.db'),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function compare(control: Parts, parts: Parts, urls: readonly string[], mostMs: number): Promise<Result> {
  const { pbx, service } = parts;
  await Promise.all([configure(control, []), configure(parts, urls)]);
  for (const one of [control.pbx, pbx]) one.busy(CALLS_A_SECOND);
  const cpuFrom = [control.service.cpuMs, service.cpuMs];
  await pause(TOGETHER_MS);
  const cpu = [control.service, service].map(({ cpuMs }, index) =>
    Math.round(((cpuMs - (cpuFrom[index] ?? 0)) / TOGETHER_MS) * 100),
  );
  for (const one of [control.pbx, pbx]) one.makeNoMoreCalls();
  await settled(control);
  await pbx.quiet();
  // What is on its way to bad ones now is all that a stop could wait for.
  const stopping = Date.now();
  const code = await service.kill('SIGTERM');
  const stoppedMs = Date.now() - stopping;
  const sessions = pbx.sessions.length;
  service.start();
  await until('the next connection', () => pbx.sessions.length > sessions);
  const verdict = await end(parts);
  const [alone, together] = [latencyOf(control), latencyOf(parts)];
  const result = resultOf(verdict, 0, {
    'bad ones': urls.length,
    'p50 and p99 ms alone': `${alone.p50} and ${alone.p99}`,
    'beside them': `${together.p50} and ${together.p99}`,
    'p50 and p99 may be later by ms': mostMs,
    'CPU % alone and beside them': cpu.join(' and '),
    'stopped after ms': stoppedMs,
  });
  if (code !== 0) result.wrong.push(`it ended with ${String(code)}`);
  // On a machine that is busy with other things both wait, and neither for the same: then the time alone is the
  // measure.
  if (alone.p99 > BUSY_MACHINE_MS) result.figures.times = 'not judged, the machine has none';
  else
    for (const share of ['p50', 'p99'] as const)
      if (together[share] > alone[share] + Math.max(mostMs, alone[share]))
        result.late.push(`the good one waited ${together[share]} ms (${share}), and alone ${alone[share]} ms`);
  return result;
}

/** Sends everything to the good one, which has a name of /etc/hosts, and the Dial-Ins to some of the bad ones, too. */
async function configure({ service, place, ports, outbox }: Parts, urls: readonly string[]): Promise<void> {
  const good = configText(...ports, `outbox: ${outbox}`).replaceAll('http://127.0.0.1:', 'http://localhost:');
  const rulesOf = (extension: number) =>
    Array.from({ length: Math.min(BAD_ONES_EACH, urls.length) }, (_, index) => {
      const url = urls[(extension * BAD_ONES_EACH + index) % urls.length];
      return `      - {on: dial-in, id: bad-${extension}-${index}, url: "${url}", ${RETRY}}\n`;
    }).join('');
  const text = good.replaceAll(/ {2}"(1\d\d)":\n {4}events:\n/g, (entry, number) => entry + rulesOf(Number(number)));
  writeFileSync(place.config, text);
  service.signal('SIGHUP');
  await until('the reload', () => service.log.includes('configuration reloaded'));
}

/**
 * How long 50 and 99 of 100 deliveries to the good one took, from the call event to the end of the attempt that
 * delivered it: of windows of some seconds the one in the middle, for a machine may stand still for a moment.
 */
function latencyOf({ outbox }: Parts): { p50: number; p99: number } {
  const database = new DatabaseSync(outbox, { readOnly: true });
  try {
    const rows = database
      .prepare(
        `SELECT d.created_at / ${WINDOW_MS} AS part, a.at + a.duration_ms - d.created_at AS ms
        FROM deliveries d JOIN attempts a ON a.delivery = d.seq
        WHERE d.event_id NOT LIKE 'bad-%' AND a.outcome = 'delivered'`,
      )
      .all();
    const windows = [...Map.groupBy(rows, ({ part }) => part).values()].map((all) => all.map(({ ms }) => Number(ms)));
    const middle = (share: number) =>
      quantile(
        windows.map((all) => quantile(all, share)),
        0.5,
      );
    return { p50: middle(0.5), p99: middle(0.99) };
  } finally {
    database.close();
  }
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}
