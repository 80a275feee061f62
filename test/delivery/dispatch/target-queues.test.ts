import { beforeEach, describe, expect, it } from '@jest/globals';
import { type QueuedDelivery, TargetQueues, type Turn } from '../../../src/delivery/dispatch/target-queues.ts';
import { pendingOf } from '../../../src/delivery/pending-delivery.ts';
import { delivery } from '../../helpers/delivery.ts';

const LIMITS = { perTarget: 2, total: 4 };
const EXPIRES_AT = 120_000;

describe('whose turn it is', () => {
  let suspended: Set<string>;
  let queues: TargetQueues;
  beforeEach(() => {
    suspended = new Set();
    queues = new TargetQueues((ruleId) => suspended.has(ruleId));
  });

  /** Each of a leg of its own, `a1` at the target `a`, due at once; or of one leg: `a1/leg`. */
  const add = (name: string, dueAt = 0, more: Partial<QueuedDelivery> = {}) => {
    const [id = name, leg = name] = name.split('/');
    const pending = pendingOf(delivery(id, { legKey: leg, target: `http://${name[0]}:80` }));
    queues.add({ ...pending, expiresAt: EXPIRES_AT, ...more }, dueAt, 0);
  };

  const take = (now = 0, limits = LIMITS): Turn[] => {
    const turns: Turn[] = [];
    for (let turn = queues.next(now, limits); turn !== undefined; turn = queues.next(now, limits)) turns.push(turn);
    return turns;
  };

  const end = (turn: Turn, now = 0) => {
    queues.settle(turn.queue, now);
    queues.release(turn.queue);
  };

  const shown = (turns: readonly Turn[]) => turns.map(({ item, action }) => `${action} ${item.id}`);

  it('targets take turns, each within its bound, all within theirs', () => {
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2']) add(name);
    const turns = take();
    expect(shown(turns)).toEqual(['send a1', 'send b1', 'send c1', 'send a2']);
    // It waits for a slot in front of the others.
    if (turns[2] !== undefined) end(turns[2]);
    expect(shown(take())).toEqual(['send b2']);
    expect(queues.running).toBe(4);
    expect(queues.size).toBe(6);
  });

  it('only the first of a leg is on its way, and the next comes when it is settled', () => {
    add('a1/leg');
    add('a2/leg');
    const [first] = take();
    expect(first?.item.id).toBe('a1');
    expect(take()).toEqual([]);
    if (first !== undefined) end(first);
    expect(shown(take())).toEqual(['send a2']);
  });

  it('what is postponed comes when it is due, and says when that is', () => {
    add('a1', 500);
    expect([take(), queues.nextDue]).toEqual([[], 500]);
    const [turn] = take(500);
    if (turn === undefined) throw new Error('it was not due');
    queues.release(turn.queue);
    queues.postpone(turn.queue, 900, 500);
    expect([take(899), queues.nextDue]).toEqual([[], 900]);
    expect(shown(take(900))).toEqual(['send a1']);
  });

  it('a target whose breaker is open is passed over, until it may be probed by one', () => {
    for (const name of ['a1', 'a2', 'a3', 'b1']) add(name);
    const [a] = take(0, { perTarget: 1, total: 4 });
    if (a === undefined) throw new Error('nothing was sent');
    for (let n = 0; n < 5; n++) a.queue.target.breaker.failed(0);
    end(a);
    expect([take(), queues.nextDue]).toEqual([[], 1000]);
    expect(shown(take(1000))).toEqual(['send a2']);
  });

  it('what has expired and what is suspended needs no slot, not even at a target that is blocked', () => {
    add('a1');
    const [a] = take();
    for (let n = 0; n < 5; n++) a?.queue.target.breaker.failed(0);
    add('a2', 0, { expiresAt: 10 });
    add('a3', 0, { ruleId: 'F' });
    add('a4');
    suspended.add('F');
    expect(shown(take(20, { perTarget: 1, total: 1 }))).toEqual(['expire a2', 'suspend a3']);
  });

  it('what was settled elsewhere is gone, and the next of its leg goes; what runs comes to its end first', () => {
    add('a1/leg', 500);
    add('a2/leg');
    queues.remove('a1', 0);
    const [a2] = take();
    expect(a2?.item.id).toBe('a2');
    queues.remove('a2', 0);
    expect(queues.size).toBe(1);
    if (a2 !== undefined) end(a2);
    expect([queues.size, queues.oldestStartedAt]).toEqual([0, undefined]);
  });

  it('what waits may be due at another time', () => {
    add('a1', 5000);
    queues.reschedule('a1', 100, 0);
    expect(shown(take(100))).toEqual(['send a1']);
  });
});
