import { legKeyOf } from '../../src/calls/call-event.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { Claims } from '../../src/shared-queue/claims.ts';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { migrateQueue } from '../../src/shared-queue/migrations.ts';
import { QueueWriter } from '../../src/shared-queue/queue-writer.ts';
import { startPostgres } from '../../test/shared-queue/postgres.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';
import { LegOrder } from '../stream/leg-order.ts';

/**
 * The shared queue: what a relay writes in a second, and what workers take out of it. Each delivery of a leg waits for
 * the one before, as in a call: three to a leg.
 */
const { workers, deliveries, answerMs, perTarget } = parameters<{
  workers: number;
  deliveries: number;
  /** What the receiver takes; 0: none is asked. */
  answerMs: number;
  perTarget: number;
}>();
const EVENTS = ['dial-in', 'answer-in', 'hangup'] as const;
const TARGETS = 50;
const AT_ONCE = 250;

const postgres = await startPostgres(['shared_buffers = 256MB', 'max_wal_size = 2GB']);
process.once('exit', () => postgres.remove());
const pool = connectQueue(postgres.url, 'bench', () => undefined);
await migrateQueue(pool);
const writer = new QueueWriter(pool);
await writer.publish(['bench'], { revision: 'r', text: 'extensions: {}' }, new Map());

const stop = stopwatch();
const all = Array.from({ length: deliveries }, (_, index) => deliveryAt(index));
const insertedFrom = performance.now();
for (let from = 0; from < all.length; from += AT_ONCE)
  await writer.insert(all.slice(from, from + AT_ONCE).map((delivery) => ({ source: 'bench', delivery, ageMs: 0 })));
const inserted = deliveries / ((performance.now() - insertedFrom) / 1000);

let done = 0;
const order = new LegOrder();
const sentFrom = performance.now();
await Promise.all(Array.from({ length: workers }, (_, index) => work(index)));
const sent = done / ((performance.now() - sentFrom) / 1000);
const figures = stop();
await pool.end();
report({ ...figures, inserted, sent, disordered: order.wrong });

/** One worker: claims, waits for the receiver, records. */
async function work(index: number): Promise<void> {
  const own = connectQueue(postgres.url, `bench ${index}`, () => undefined);
  const claims = new Claims(own, `worker ${index}`);
  const most = answerMs === 0 ? 256 : perTarget * TARGETS;
  while (done < deliveries) {
    const taken = await claims.claim({ sources: ['bench'], without: [], perTarget, most, leaseMs: 60_000 });
    if (taken.claims.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    for (const { delivery } of taken.claims)
      order.comes(delivery.legKey, EVENTS.indexOf(delivery.event as (typeof EVENTS)[number]));
    if (answerMs > 0) await new Promise((resolve) => setTimeout(resolve, answerMs));
    const at = Date.now();
    await claims.write(
      taken.claims.map(({ delivery: { callId, id }, number }) => ({
        source: 'bench',
        claim: number,
        change: {
          attempts: [
            {
              ...{ callId, id, number: 1, at, durationMs: 2, status: 204, outcome: 'delivered' as const },
              ...{ reason: undefined, answer: '', refusals: 0, nextAt: undefined },
            },
          ],
        },
      })),
    );
    done += taken.claims.length;
  }
  await own.end();
}

/** Legs go on side by side: their first events come before the second ones. */
function deliveryAt(index: number): Delivery {
  const legs = Math.ceil(deliveries / EVENTS.length);
  const leg = index % legs;
  const event = EVENTS[Math.floor(index / legs)] ?? 'hangup';
  const sample = sampleDelivery(9, leg);
  return {
    ...sample,
    event,
    id: `${sample.id}-${event}`,
    target: `http://crm-${leg % TARGETS}.example.com:80`,
    legKey: legKeyOf({ server: '', startup: '', uniqueid: sample.callId, extension: '101', flow: 'IN' }),
  };
}
