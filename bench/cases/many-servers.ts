import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { startPostgres } from '../../test/shared-queue/postgres.ts';
import { DatabaseWatch } from '../harness/database-use.ts';
import { freePorts } from '../harness/free-ports.ts';
import { callEventsAt, readyAt } from '../harness/metrics-of.ts';
import { NodeProcess } from '../harness/node-process.ts';
import { ROOT } from '../harness/paths.ts';
import { Peer } from '../harness/peer.ts';
import { parameters, report } from '../harness/report.ts';
import type { Arrivals, Wrong } from '../peers/crm.ts';
import { manyServersText } from '../stream/many-servers-config.ts';

/**
 * Many small Asterisk servers, the services that hear them, one queue in a PostgreSQL of its own, and workers: what
 * each of them takes, and how late the requests are. Asterisk's side and the receivers are in a process that is not
 * counted.
 */
const { servers, services, workers, ...calls } = parameters<{
  servers: number;
  services: number;
  workers: number;
  callsPerSecond: number;
  seconds: number;
  warmUpSeconds: number;
}>();
/** Of each server: 100,000 on 1,000, as in the calculation of docs/scaling.md. */
const EXTENSIONS = 100;
const ANSWER_MS = 50;

const postgres = await startPostgres(['shared_buffers = 256MB', 'max_wal_size = 2GB', 'max_connections = 400']);
process.once('exit', () => postgres.remove());
const tables = connectQueue(postgres.url, 'bench', () => undefined);
await migrateQueue(tables);
await tables.end();
const pbxs = await Peer.start<{ ports: number[]; receiverPorts: number[] }>('many-pbxs', {
  ...{ servers, extensions: EXTENSIONS, answerMs: ANSWER_MS },
  ...calls,
});
const connected = pbxs.message();
const directory = mkdtempSync(join(ROOT, 'dist-bench/many-'));
const metricsPorts = await freePorts(services);
const all = pbxs.ready.ports.map((port, index) => ({
  ...{ name: `pbx${index}`, port },
  receiverPort: pbxs.ready.receiverPorts[index] ?? 0,
}));
const runs = metricsPorts.map((metricsPort, index) =>
  start('run', `service-${index}`, (outbox) =>
    manyServersText({
      servers: all.filter((_, server) => server % services === index),
      ...{ extensions: EXTENSIONS, queue: postgres.url, outbox, metricsPort },
    }),
  ),
);
await connected;
const database = new DatabaseWatch(postgres.url);
await database.start();
await database.published(servers);
const workerPorts = await freePorts(workers);
const delivers = workerPorts.map((port, index) =>
  start('deliver', `worker-${index}`, () =>
    [`queue: ${postgres.url}`, 'log: { level: warn }', `metrics: { enabled: true, port: ${port} }`, ''].join('\n'),
  ),
);
await Promise.all(workerPorts.map(readyAt));
const startMs = Math.max(...delivers.map(({ cpuMs }) => cpuMs));

pbxs.go();
await pbxs.message<{ warm: true }>();
const before = await used();
const { arrivals, events } = await pbxs.message<{ arrivals: Arrivals; events: number }>();
const after = await used();
const memory = { service: peakOf(runs), worker: peakOf(delivers) };
const { calls: made, ...end } = await pbxs.message<Wrong & { calls: number; drainSeconds: number; lost: number }>();
const { rows } = await database.use();
const size = await database.size();
const again = await database.again();
const { connections } = database;
await database.stop();
await Promise.all([...runs, ...delivers].map((one) => one.kill()));
pbxs.stop();
rmSync(directory, { recursive: true });

const seconds = (after.at - before.at) / 1000;
const perSecond = (key: keyof typeof before) => (after[key] - before[key]) / seconds;
const percentOf = (key: 'serviceMs' | 'workerMs' | 'databaseMs', processes: number) => perSecond(key) / 10 / processes;
report({
  ...{ servers, connections, ...end, ...again, ...memoryOf(memory) },
  events: events / seconds,
  callEvents: perSecond('callEvents'),
  inserted: perSecond('rows'),
  delivered: arrivals.requests / seconds,
  ...{ p50: arrivals.p50, p99: arrivals.p99 },
  serviceCpu: percentOf('serviceMs', services),
  workerCpu: percentOf('workerMs', workers),
  databaseCpu: percentOf('databaseMs', 1),
  syncs: perSecond('syncs'),
  logged: (after.logged - before.logged) / (after.rows - before.rows) / 1000,
  size: size.deliveries / rows / 1000,
  attemptSize: size.attempts / rows / 1000,
  calls: made,
  workerStart: startMs / 1000,
});

/** A program of ours with a config.yaml and an outbox of its own. */
function start(command: 'run' | 'deliver', name: string, configOf: (outbox: string) => string): NodeProcess {
  const file = join(directory, `${name}.yaml`);
  writeFileSync(file, configOf(join(directory, `${name}.db`)));
  return new NodeProcess([join(ROOT, 'dist/main.js'), command, '--config', file]);
}

async function used() {
  const counted = await Promise.all(metricsPorts.map(callEventsAt));
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const { cpuMs: databaseMs, ...use } = await database.use();
  return {
    ...use,
    databaseMs,
    at: performance.now(),
    callEvents: sum(counted),
    serviceMs: sum(runs.map(({ cpuMs }) => cpuMs)),
    workerMs: sum(delivers.map(({ cpuMs }) => cpuMs)),
  };
}

function peakOf(processes: readonly NodeProcess[]): { rssMb: number; peakMb: number } {
  const all = processes.map(({ memory }) => memory);
  const most = (key: 'rssMb' | 'peakMb') => Math.max(...all.map((one) => one[key]));
  return { rssMb: most('rssMb'), peakMb: most('peakMb') };
}

function memoryOf({ service, worker }: Record<'service' | 'worker', { rssMb: number }>) {
  return { serviceMb: service.rssMb, workerMb: worker.rssMb };
}
