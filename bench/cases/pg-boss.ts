import { startPostgres } from '../../test/shared-queue/postgres.ts';
import { benchPackage } from '../harness/bench-package.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';
import { LegOrder } from '../stream/leg-order.ts';

/** As far as it is used here. */
interface Boss {
  on(event: 'error', listener: (error: Error) => void): unknown;
  start(): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<void>;
  createQueue(name: string, options: { policy: 'key_strict_fifo' }): Promise<void>;
  insert(name: string, jobs: readonly { singletonKey: string; data: JobData }[]): Promise<unknown>;
  fetch(name: string, options: { batchSize: number }): Promise<{ id: string; data: JobData }[]>;
  complete(name: string, ids: readonly string[]): Promise<unknown>;
}
interface JobData {
  leg: string;
  step: number;
}

/**
 * pg-boss with a queue whose jobs of one key come one after the other: what is written in a second, and what workers
 * that do nothing take out of it. The same legs as in the case of our own queue, in statements of the same size.
 */
const { workers, deliveries, together } = parameters<{
  workers: number;
  deliveries: number;
  /** Whether the three events of a leg are written in one statement. */
  together: boolean;
}>();
const EVENTS = 3;
const AT_ONCE = 250;
const QUEUE = 'deliveries';

const { PgBoss } = benchPackage<{ PgBoss: new (options: object) => Boss }>('pg-boss');
const postgres = await startPostgres(['shared_buffers = 256MB', 'max_wal_size = 2GB']);
process.once('exit', () => postgres.remove());
const main = await started();
await main.createQueue(QUEUE, { policy: 'key_strict_fifo' });
const bosses = await Promise.all(Array.from({ length: workers }, started));

const stop = stopwatch();
const legs = Math.ceil(deliveries / EVENTS);
const all = Array.from({ length: deliveries }, (_, index) => {
  const [leg, step] = together
    ? [Math.floor(index / EVENTS), index % EVENTS]
    : [index % legs, Math.floor(index / legs)];
  return { singletonKey: `leg ${leg}`, data: { ...sampleDelivery(9, leg), leg: `leg ${leg}`, step } };
});
const insertedFrom = performance.now();
for (let from = 0; from < all.length; from += AT_ONCE) await main.insert(QUEUE, all.slice(from, from + AT_ONCE));
const inserted = deliveries / ((performance.now() - insertedFrom) / 1000);

let done = 0;
const order = new LegOrder();
const sentFrom = performance.now();
await Promise.all(bosses.map(work));
const sent = done / ((performance.now() - sentFrom) / 1000);
const figures = stop();
await Promise.all([main, ...bosses].map((one) => one.stop({ graceful: false })));
report({ ...figures, inserted, sent, disordered: order.wrong });

async function started(): Promise<Boss> {
  const boss = new PgBoss({ connectionString: postgres.url, supervise: false, schedule: false, max: 2 });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  return boss;
}

async function work(boss: Boss): Promise<void> {
  while (done < deliveries) {
    const jobs = await boss.fetch(QUEUE, { batchSize: 256 });
    if (jobs.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    for (const { data } of jobs) order.comes(data.leg, data.step);
    await boss.complete(
      QUEUE,
      jobs.map(({ id }) => id),
    );
    done += jobs.length;
  }
}
