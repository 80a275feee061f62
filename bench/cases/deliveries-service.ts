import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/delivery/clock.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { Dispatcher } from '../../src/delivery/dispatch/dispatcher.ts';
import { AddressGuard } from '../../src/delivery/http/address-guard.ts';
import { Sender } from '../../src/delivery/http/sender.ts';
import { openOutbox } from '../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../src/delivery/outbox/outbox.ts';
import type { OutboxChange } from '../../src/delivery/outbox-change.ts';
import { pendingOf } from '../../src/delivery/pending-delivery.ts';
import { ROOT } from '../harness/paths.ts';
import { Peer } from '../harness/peer.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { sampleDelivery } from '../stream/delivery.ts';

/**
 * The service's deliveries: on disk before they are sent, recorded after. `concurrency` of them are under way at any
 * time. `perStep` commits every step by itself, as a service would that gathers nothing.
 */
const { requests, concurrency, perStep } = parameters<{ requests: number; concurrency: number; perStep: boolean }>();
// Not in /tmp, which may be memory: the syncs are what is measured.
const directory = mkdtempSync(join(ROOT, 'dist-bench/outbox-'));

class StepwiseOutbox extends Outbox {
  override write(change: OutboxChange): void {
    super.write(change);
    this.flush();
  }
}

const receiver = await Peer.start('receiver');
const database = openOutbox(join(directory, 'outbox.db'), () => undefined);
const trouble = { trouble: ({ error }: { error: Error }) => console.error(error), recovered: () => undefined };
const outbox = perStep ? new StepwiseOutbox(database, trouble) : new Outbox(database, trouble);
const sender = new Sender(new AddressGuard({ allow: [], deny: [] }), 3000);
const policy = { schedule: { triesMs: [0, 1000], expireMs: 120_000 }, timeoutMs: 10_000, secrets: [] };
let settled = 0;
let begun = 0;
const dispatcher = new Dispatcher({
  outbox,
  send: async (request) => sender.send(request),
  policyFor: () => policy,
  limits: () => ({ perTarget: concurrency, total: concurrency }),
  clock: systemClock,
  rules: () => ({ problemOf: () => undefined, targetOf: () => undefined, remake: (made) => made }),
  isSuspended: () => false,
  onSuspended: unexpected,
  onUnreadable: unexpected,
  onAttempt: ({ outcome }) => {
    if (outcome !== 'delivered') throw new Error(`an attempt came to ${outcome}`);
    settled++;
    if (begun < requests) begin(1);
    if (settled === requests) end();
  },
});

function unexpected(what: unknown): void {
  throw new Error(String(what));
}

const stop = stopwatch();
begin(concurrency * 2);

function begin(count: number): void {
  const deliveries = Array.from({ length: count }, (): Delivery => sampleDelivery(receiver.ready.port, begun++));
  outbox.write({
    deliveries,
    written: () => {
      for (const delivery of deliveries) dispatcher.add(pendingOf(delivery));
    },
  });
}

function end(): void {
  outbox.flush();
  const { seconds, cpuSeconds } = stop();
  outbox.close();
  sender.close();
  receiver.stop();
  rmSync(directory, { recursive: true });
  report({ seconds, cpuSeconds, perSecond: requests / seconds });
}
