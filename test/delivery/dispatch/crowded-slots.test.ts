import { expect, it } from '@jest/globals';
import type { Turn } from '../../../src/delivery/dispatch/leg-queue.ts';
import { TargetQueues } from '../../../src/delivery/dispatch/target-queues.ts';
import { TimerHeap } from '../../../src/delivery/dispatch/timer-heap.ts';
import { pendingOf } from '../../../src/delivery/pending-delivery.ts';
import { delivery } from '../../helpers/delivery.ts';

const LIMITS = { perTarget: 4, total: 64 };
const MINUTE_MS = 60_000;

/** A receiver that is asked so often, and how long each of its answers takes. */
interface Load {
  target: string;
  everyMs: number;
  answerMs: number;
  fails?: true;
}

/** How long deliveries to the good one waited for a slot in a minute, in a world where time costs nothing. */
function waitsOf(loads: readonly Load[]): number[] {
  const queues = new TargetQueues(() => false);
  const happenings = new TimerHeap<() => void>();
  const waits: number[] = [];
  let now = 0;
  const pump = () => {
    for (let turn = queues.next(now, LIMITS); turn !== undefined; turn = queues.next(now, LIMITS)) begin(turn);
    if (Number.isFinite(queues.nextDue)) happenings.push(queues.nextDue, () => undefined);
  };
  const begin = (turn: Turn) => {
    const { queue, item } = turn;
    const load = loads.find(({ target }) => target === item.target);
    if (item.target === 'good') waits.push(now - item.windowStartedAt);
    happenings.push(now + (load?.answerMs ?? 0), () => {
      if (load?.fails) queue.target.breaker.failed(turn, now);
      else queue.target.breaker.succeeded();
      queues.settle(queue, now);
      queues.release(turn, now);
    });
  };
  for (const { target, everyMs } of loads)
    for (let at = everyMs; at < MINUTE_MS; at += everyMs)
      happenings.push(at, () => {
        const id = `${target} ${at}`;
        const pending = pendingOf(delivery(id, { legKey: id, target, createdAt: at }));
        queues.add({ ...pending, expiresAt: at + 2 * MINUTE_MS, order: at }, at, at);
      });
  for (; happenings.nextDue <= MINUTE_MS; pump()) {
    now = happenings.nextDue;
    happenings.shift(now)?.();
  }
  return waits.sort((a, b) => a - b);
}

const bad = (answerMs: number, more: Partial<Load> = {}) =>
  Array.from({ length: 100 }, (_, index) => ({ target: `bad ${index}`, everyMs: 1000, answerMs, ...more }));

it.each<[string, Load[]]>([
  ['answer after 8 s', bad(8000)],
  ['answer after a second', bad(1000)],
  ['never answer', bad(10_000, { fails: true })],
  ['are of all kinds', [...bad(8000).slice(0, 50), ...bad(10_000, { fails: true }).slice(50)]],
])('a good receiver has its requests as soon as alone, beside a hundred that %s', (_, neighbours) => {
  // More at once than the one slot that every target finds.
  const good = { target: 'good', everyMs: 10, answerMs: 25 };
  const alone = waitsOf([good]);
  const beside = waitsOf([good, ...neighbours]);
  expect(beside).toHaveLength(alone.length);
  const p99 = Math.floor(alone.length * 0.99);
  expect((beside[p99] ?? 0) - (alone[p99] ?? 0)).toBeLessThanOrEqual(50);
});
