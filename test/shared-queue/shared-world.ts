import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { BusyPbx } from '../faults/busy-pbx.ts';
import { judge } from '../faults/judge.ts';
import { RecordingReceiver } from '../faults/recording-receiver.ts';
import { ServiceProcess, until } from '../faults/service-process.ts';
import { countIn, type Result, resultOf } from '../faults/with-service.ts';
import { configText } from '../faults/workplace.ts';
import { type Postgres, startPostgres } from './postgres.ts';

/** Two services on one busy PBX, workers, and the queue between them. */
export interface SharedWorld {
  pbx: BusyPbx;
  receiver: RecordingReceiver;
  postgres: Postgres;
  services: ServiceProcess[];
  workers: ServiceProcess[];
  /** Between the database and everybody else. */
  line: Line;
  /** Between the database and the first service alone. */
  firstLine: Line;
  outboxes: string[];
}

export interface SharedOptions {
  services?: number;
  workers?: number;
  /** Modules that each process loads before its own, by its place: services first. */
  preload?: (place: number) => string[];
  /** Further lines of the services' config.yaml. */
  more?: string;
  /** Before anything connects. */
  prepare?: (postgres: Postgres) => Promise<void>;
  /** Changes the services' config.yaml. */
  configure?: (text: string) => string;
  /** Of each process, by its place: services first. */
  env?: (place: number) => NodeJS.ProcessEnv;
  /** How many of the services are started at once; absent: all. */
  started?: number;
}

/** Runs a test, and takes everything down at the end. */
export async function withSharedWorld(
  random: () => number,
  test: (world: SharedWorld) => Promise<Result>,
  {
    services: ofServices = 2,
    workers: ofWorkers = 3,
    preload = () => [],
    more = '',
    prepare,
    configure = (text) => text,
    env = () => ({}),
    started = ofServices,
  }: SharedOptions = {},
): Promise<Result> {
  const postgres = await startPostgres(['fsync = off', 'log_min_messages = panic']);
  const line = await openLine(Number(new URL(postgres.url).port));
  await prepare?.(postgres);
  const firstLine = await openLine(line.port);
  const urlBy = ({ port }: Line) => postgres.url.replace(/:\d+\//, `:${port}/`);
  const url = urlBy(line);
  const pbx = new BusyPbx(random);
  const receiver = new RecordingReceiver();
  const [ami, web] = [await pbx.listen(), await receiver.listen()];
  const directory = mkdtempSync(join(tmpdir(), 'call-events-shared-'));
  const outboxes = Array.from({ length: ofServices }, (_, index) => join(directory, `outbox-${index}.db`));
  const services = outboxes.map((outbox, index) => {
    const file = join(directory, `service-${index}.yaml`);
    const text = configText(ami, web, `queue: ${index === 0 ? urlBy(firstLine) : url}\noutbox: ${outbox}\n${more}`);
    writeFileSync(file, configure(text.replace('asterisk: {', 'asterisk: {name: pbx, ')));
    return new ServiceProcess(file, env(index), preload(index));
  });
  const worker = join(directory, 'worker.yaml');
  writeFileSync(worker, `queue: ${url}\n`);
  const workers = Array.from(
    { length: ofWorkers },
    (_, index) => new ServiceProcess(worker, env(ofServices + index), preload(ofServices + index), 'deliver'),
  );
  const world = { pbx, receiver, postgres, services, workers, line, firstLine, outboxes };
  try {
    for (const one of [...services.slice(0, started), ...workers]) one.start();
    await until('the first connections', () => pbx.sessions.filter(({ hasAsked }) => hasAsked).length >= started);
    await until('the workers', () => workers.every(({ log }) => log.includes('sends what is in the shared queue')));
    return await test(world);
  } catch (error) {
    const logs = [...services, ...workers].map(({ log }) => log.slice(-600)).join('\n');
    return { figures: {}, wrong: [`${error instanceof Error ? error.message : String(error)}\n${logs}`], late: [] };
  } finally {
    await Promise.all([...services, ...workers].map((one) => one.kill()));
    await pbx.stop();
    await receiver.stop();
    firstLine.close();
    line.close();
    postgres.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

const PENDING = `SELECT count(*)::int AS n FROM call_events.deliveries
  WHERE state = 'pending' AND ($1 = '' OR right(target, length($1)) <> $1)`;

/** Nothing is left. On a machine that is busy it takes long; what is stuck does not become less. */
async function drained(what: string, left: () => number): Promise<void> {
  for (let before = left(); before > 0; before = left()) {
    const known = before;
    await until(`${what} to have less than ${known}`, () => left() < known, 120_000);
  }
}

/** Lets everything come to its end, and compares what arrived with the truth. @param most deliveries that came twice */
export async function endShared(
  world: SharedWorld,
  most: number,
  more: Record<string, number | string> = {},
  { without = '' }: { /** A target that is left out, by its end: it takes nothing. */ without?: string } = {},
): Promise<Result> {
  const { pbx, postgres, outboxes, receiver, services, workers } = world;
  await pbx.quiet();
  await until('all events to be read', () => pbx.isRead);
  // One that is dead for good, and was never started, has nothing to wait for.
  const alive = outboxes.filter((_, index) => services[index]?.exitCode === null && !services[index].isKilled);
  const inOutboxes = () => alive.reduce((sum, one) => sum + countIn(one, "deliveries WHERE state = 'pending'"), 0);
  await drained('the outboxes', inOutboxes);
  const database = new pg.Client(postgres.url);
  await database.connect();
  try {
    let pending = Infinity;
    let asking = false;
    await drained('the queue', () => {
      if (!asking) {
        asking = true;
        void database.query(PENDING, [without]).then(
          ({ rows }) => {
            pending = rows[0].n;
            asking = false;
          },
          () => undefined,
        );
      }
      return pending;
    });
  } finally {
    await database.end();
  }
  for (const one of [...services, ...workers]) await one.kill('SIGTERM');
  return resultOf(judge(pbx.legs, pbx.sessions, receiver.arrivals), most, more);
}

/** A line that can be cut, or that swallows everything without a word. */
export interface Line {
  readonly port: number;
  swallow(): void;
  cut(): void;
  mend(): void;
  close(): void;
}

async function openLine(to: number): Promise<Line> {
  let state: 'open' | 'swallowing' | 'cut' = 'open';
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    if (state === 'cut') {
      from.destroy();
      return;
    }
    const other = connect(to, '127.0.0.1');
    for (const [socket, peer] of [
      [from, other],
      [other, from],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (bytes) => {
        if (state === 'open') peer.write(bytes);
      });
      socket
        .on('error', () => peer.destroy())
        .on('close', () => {
          sockets.delete(socket);
          peer.destroy();
        });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    swallow() {
      state = 'swallowing';
    },
    cut() {
      state = 'cut';
      cutAll();
    },
    mend() {
      // What was swallowed is gone: those connections are of no use.
      cutAll();
      state = 'open';
    },
    close() {
      cutAll();
      server.close();
    },
  };
}
