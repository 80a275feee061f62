import type { DeliveryKey } from '../../src/delivery/delivery.ts';
import { openOutbox } from '../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../src/delivery/outbox/outbox.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';

/** What a delivery costs the outbox, and what it costs to forget one: as many are forgotten as come in. */
const { file, deliveries, perCommit } = parameters<{ file: string; deliveries: number; perCommit: number }>();
/** As the service does. */
const PRUNED_AT_ONCE = 100;
const database = openOutbox(file, () => undefined);
const outbox = new Outbox(database, { trouble: ({ error }) => console.error(error), recovered: () => undefined });
const first = Date.now();
const stop = stopwatch();

const timed = (what: () => void) => {
  const from = performance.now();
  what();
  return (performance.now() - from) * 1000;
};
let enqueue = 0;
for (let done = 0; done < deliveries; done += perCommit) {
  const some = Array.from({ length: perCommit }, (_, index) => sampleDelivery(9, first + done + index, Date.now()));
  enqueue += timed(() => {
    outbox.write({ deliveries: some });
    outbox.flush();
  });
  outbox.write({ attempts: some.map(attemptOf) });
  outbox.flush();
}
let pruned = 0;
let prune = 0;
while (pruned < deliveries) {
  prune += timed(() => {
    pruned += outbox.prune(Date.now() + 1, 1e9, PRUNED_AT_ONCE);
  });
}
outbox.close();
report({ ...stop(), enqueue: enqueue / deliveries, prune: prune / pruned });

function attemptOf({ callId, id }: DeliveryKey) {
  return {
    callId,
    id,
    number: 1,
    at: Date.now(),
    durationMs: 2,
    status: 204,
    outcome: 'delivered',
    reason: undefined,
    answer: '',
    refusals: 0,
    nextAt: undefined,
  } as const;
}
