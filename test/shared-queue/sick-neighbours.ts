import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Delivery, targetOf } from '../../src/delivery/delivery.ts';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { QueueWriter } from '../../src/shared-queue/queue-writer.ts';
import { ServiceProcess, until } from '../faults/service-process.ts';
import { pause, type Result } from '../faults/with-service.ts';
import { startPostgres } from './postgres.ts';

/** Of each kind; with what a target may have at once they would take all slots of a worker several times. */
const SICK = 40;
const HEALTHY = 10;
const SOURCE = 'pbx';
/** How long is measured, and what comes in that time each second. */
const PART_MS = 5000;
const HEALTHY_RATE = 40;
/** What each sick target gets in a second. */
const SICK_RATE = 2;
const SLOW_MS = 3000;
/**
 * No more than this beyond twice the good case, from the queue to the receiver: the machine has more to do, and that is
 * all.
 */
const MOST_MORE = { p50: 100, p99: 1000 };

/**
 * Healthy targets beside sick ones, as workers serve them: first alone, then beside so many of each kind. A part begins
 * while what the one before has left is still due.
 */
export async function sickNeighbours(workers: number): Promise<Result> {
  const postgres = await startPostgres(['fsync = off']);
  const directory = mkdtempSync(join(tmpdir(), 'call-events-neighbours-'));
  const arrived = new Map<string, number>();
  const open: Server[] = [];
  const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  };
  const several = (count: number, make: (index: number) => Promise<string>) =>
    Promise.all(Array.from({ length: count }, (_, index) => make(index)));
  // It takes every question, and answers none.
  const names = createSocket('udp4');
  await new Promise<void>((resolve) => names.bind(0, '127.0.0.1', resolve));

  const healthy = await several(HEALTHY, () =>
    serve((request, response) => {
      arrived.set(String(request.headers['webhook-id']), performance.now());
      response.end('ok');
    }),
  );
  const sick: Record<string, string[]> = {
    hang: await several(SICK, () => serve(() => undefined)),
    'are dead': await several(SICK, async (index) => `http://127.0.2.${index + 1}:9`),
    'are slow': await several(SICK, () =>
      serve((_, response) => {
        setTimeout(() => response.end('ok'), SLOW_MS).unref();
      }),
    ),
    'have no name server': await several(SICK, async (index) => `http://crm-${index}.silent.test`),
  };

  const file = join(directory, 'worker.yaml');
  writeFileSync(file, `queue: ${postgres.url}\n`);
  const env = { CALL_EVENTS_NAME_SERVERS: `127.0.0.1:${names.address().port}` };
  const preload = [join(import.meta.dirname, '../faults/name-servers.ts')];
  const processes = Array.from({ length: workers }, () => new ServiceProcess(file, env, preload, 'deliver'));
  const pool = connectQueue(postgres.url, 'test', () => undefined);
  try {
    await migrateQueue(pool);
    const writer = new QueueWriter(pool);
    const rules = 'extensions: { "101": { events: [{ on: hangup, id: all, url: "http://127.0.0.1/" }] } }\n';
    await writer.publish([SOURCE], { revision: 'r', text: rules }, new Map());
    for (const one of processes) one.start();
    await until('the workers', () => processes.every(({ log }) => log.includes('sends what is in the shared queue')));

    const made = new Map<string, number>();
    let count = 0;
    const store = async (urls: readonly string[]) => {
      const deliveries = urls.map((url) => deliveryTo(url, count++));
      for (const { id } of deliveries) made.set(id, performance.now());
      await writer.insert(deliveries.map((delivery) => ({ source: SOURCE, delivery, ageMs: 0 })));
    };
    const inTurn = (urls: readonly string[], from: number, some: number) =>
      Array.from({ length: some }, (_, index) => urls[(from + index) % urls.length] ?? '');
    /** @returns how long healthy deliveries took, in milliseconds, in their order */
    const measure = async (beside: readonly string[]): Promise<number[]> => {
      const mine: string[] = [];
      for (let at = 0, sickAt = 0; at < (PART_MS * HEALTHY_RATE) / 1000; at++) {
        const ill = Math.round((beside.length * SICK_RATE * (at + 1)) / HEALTHY_RATE) - sickAt;
        const urls = [...inTurn(beside, sickAt, ill), healthy[at % HEALTHY] ?? ''];
        sickAt += ill;
        const turn = pause(1000 / HEALTHY_RATE);
        await store(urls);
        mine.push(`delivery-${count - 1}`);
        await turn;
      }
      await until('the healthy deliveries', () => mine.every((id) => arrived.has(id)));
      return mine.map((id) => (arrived.get(id) ?? 0) - (made.get(id) ?? 0)).sort((a, b) => a - b);
    };
    // Processes that have just started are slow.
    await measure([]);
    const alone = figuresOf(await measure([]));
    const figures: Record<string, string> = { alone: shown(alone) };
    const late: string[] = [];
    for (const [what, targets] of Object.entries(sick)) {
      const beside = figuresOf(await measure(targets));
      figures[`beside ${SICK} that ${what}`] = shown(beside);
      for (const part of ['p50', 'p99'] as const)
        if (beside[part] > 2 * alone[part] + MOST_MORE[part])
          late.push(`${part} beside those that ${what}: ${beside[part]} ms, alone ${alone[part]} ms`);
    }
    return { figures, wrong: [], late };
  } catch (error) {
    return { figures: {}, wrong: [error instanceof Error ? error.message : String(error)], late: [] };
  } finally {
    await Promise.all(processes.map((one) => one.kill()));
    await pool.end();
    for (const server of open) {
      server.closeAllConnections();
      server.close();
    }
    names.close();
    postgres.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Figures {
  p50: number;
  p99: number;
}

const figuresOf = (sorted: readonly number[]): Figures => {
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN);
  return { p50: at(0.5), p99: at(0.99) };
};

const shown = ({ p50, p99 }: Figures) => `p50 ${p50} ms, p99 ${p99} ms`;

/** Each is the only one of its leg. */
function deliveryTo(url: string, number: number): Delivery {
  const [callId, leg] = [`1764000000.${number}`, `pbx/1764000000.${number}/101/IN`];
  return {
    ...{ id: `delivery-${number}`, event: 'hangup', ruleId: 'all', callId, extension: '101', legKey: leg },
    ...{ target: targetOf(url), method: 'GET', url, headers: {}, body: undefined, createdAt: Date.now() },
  };
}
