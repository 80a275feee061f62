import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { BusyPbx } from './busy-pbx.ts';
import { RecordingReceiver } from './recording-receiver.ts';
import { ServiceProcess, until } from './service-process.ts';
import { workplace } from './workplace.ts';

/*
 * `npm run soak -- --minutes 10 --calls 100`: many calls for long, two good receivers among ten bad ones. It prints
 * memory beside what is pending, how long the good ones wait, and how much is logged; it judges nothing but that it
 * still runs. `npm run build` first, as for the fault tests. It is not in CI.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    calls: { type: 'string', default: '100' },
    /** Of the calls. */
    seed: { type: 'string', default: '20261128' },
  },
});
const minutes = Number(values.minutes);
const calls = Number(values.calls);
if (!(minutes > 0 && calls > 0)) throw new Error('expected --minutes and --calls above 0');

const BAD_ONES = 10;
const ROWS = 20;

let state = Number(values.seed);
const random = () => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state / 0x7fffffff;
};

/**
 * Half of the extensions have their requests at one good receiver, half at the other, and Dial-Ins go to a bad one,
 * too.
 */
function addReceivers(config: string, firstPort: number, secondPort: number, bad: readonly number[]): string {
  return config.replaceAll(/ {2}"(1\d\d)":\n {4}events:\n((?: {6}.*\n?)+)/g, (_, extension: string, rules: string) => {
    const good = Number(extension) % 2 === 0 ? rules : rules.replaceAll(`:${firstPort}/`, `:${secondPort}/`);
    const port = bad[Number(extension) % bad.length];
    return `  "${extension}":\n    events:\n      - {on: dial-in, id: bad-${extension}, url: "http://127.0.0.1:${port}/"}\n${good}`;
  });
}

/** Megabytes that the process has in memory. */
function rssOf(pid: number | undefined): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return Math.round((pages * 4096) / 1e6);
}

/** How long the deliveries to good ones took since then, from the call event to the end of the attempt, in ms. */
function latencies(database: DatabaseSync, since: number): { count: number; p50: number; p99: number; max: number } {
  const rows = database
    .prepare(
      `SELECT a.at + a.duration_ms - d.created_at AS ms FROM deliveries d JOIN attempts a ON a.delivery = d.seq
      WHERE d.seq > coalesce((SELECT max(seq) FROM deliveries WHERE created_at < ?), 0)
      AND d.event_id NOT LIKE 'bad-%' AND a.outcome = 'delivered'`,
    )
    .all(since)
    .map(({ ms }) => Number(ms))
    .sort((a, b) => a - b);
  const at = (share: number) => rows[Math.floor(rows.length * share)] ?? 0;
  return { count: rows.length, p50: at(0.5), p99: at(0.99), max: rows.at(-1) ?? 0 };
}

const pending = (database: DatabaseSync) => {
  const count = (where: string) =>
    Number(
      database.prepare(`SELECT count(*) AS rows FROM deliveries WHERE state = 'pending' AND ${where}`).get()?.rows,
    );
  return { good: count("event_id NOT LIKE 'bad-%'"), bad: count("event_id LIKE 'bad-%'") };
};

const pbx = new BusyPbx(random);
const receivers = [new RecordingReceiver(), new RecordingReceiver()] as const;
const peers = fork(join(import.meta.dirname, 'bad-receivers.ts'), [String(BAD_ONES)]);
const [bad] = (await once(peers, 'message')) as [number[]];
const [amiPort, first, second] = await Promise.all([pbx.listen(), receivers[0].listen(), receivers[1].listen()]);
const place = workplace(amiPort, first);
writeFileSync(place.config, addReceivers(readFileSync(place.config, 'utf8'), first, second, bad));
const service = new ServiceProcess(place.config, { STATE_DIRECTORY: place.directory });
const outbox = join(place.directory, 'outbox.db');
let lines = 0;
let bytes = 0;
/** What was logged since the last row is counted, and forgotten. */
const countLog = () => {
  const { log } = service;
  const found = log.split('\n').length - 1;
  service.log = '';
  lines += found;
  bytes += log.length;
  return found;
};

try {
  service.start();
  await until('the first connection', () => pbx.sessions.some(({ hasAsked }) => hasAsked));
  const database = new DatabaseSync(outbox, { readOnly: true, timeout: 5000 });
  const everyMs = (minutes * 60_000) / ROWS;
  console.log(`${minutes} min, ${calls} calls/s, 2 good receivers among ${BAD_ONES} bad ones (seed ${values.seed})`);
  console.log('   min  RSS MB  CPU %  pending good/bad  good/s  p50 ms  p99 ms  max ms  log lines/s  outbox MB');
  pbx.busy(calls);
  const from = Date.now();
  for (let row = 1; row <= ROWS; row++) {
    const [since, cpuFrom] = [Date.now(), service.cpuMs];
    await new Promise((resolve) => setTimeout(resolve, from + row * everyMs - Date.now()));
    if (service.exitCode !== null)
      throw new Error(`the service ended with ${service.exitCode}:\n${service.log.slice(-2000)}`);
    // Only what was to be made since is kept here; the service has its own.
    for (const { arrivals } of receivers) arrivals.length = 0;
    const seconds = (Date.now() - since) / 1000;
    const waits = latencies(database, since);
    const queue = pending(database);
    console.log(
      [
        ((Date.now() - from) / 60_000).toFixed(1).padStart(6),
        String(rssOf(service.pid)).padStart(7),
        String(Math.round((service.cpuMs - cpuFrom) / seconds / 10)).padStart(6),
        `${queue.good}/${queue.bad}`.padStart(17),
        (waits.count / seconds).toFixed(0).padStart(7),
        String(waits.p50).padStart(7),
        String(waits.p99).padStart(7),
        String(waits.max).padStart(7),
        (countLog() / seconds).toFixed(0).padStart(12),
        (statSync(outbox).size / 1e6).toFixed(0).padStart(10),
      ].join(' '),
    );
  }
  database.close();
  await pbx.quiet();
  const stopping = Date.now();
  const code = await service.kill('SIGTERM');
  countLog();
  console.log(
    `stopped after ${Date.now() - stopping} ms with ${String(code)}; ${lines} lines of log, ${(bytes / 1e6).toFixed(0)} MB`,
  );
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await service.kill();
  peers.disconnect();
  await pbx.stop();
  for (const receiver of receivers) await receiver.stop();
  place.remove();
}
