import { beforeEach, describe, expect, it } from '@jest/globals';
import type { QueuedDelivery, Turn } from '../../../src/delivery/dispatch/leg-queue.ts';
import { TargetQueues } from '../../../src/delivery/dispatch/target-queues.ts';
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
    queues.add({ ...pending, expiresAt: EXPIRES_AT, order: 0, ...more }, dueAt, 0);
  };

  const take = (now = 0, limits = LIMITS): Turn[] => {
    const turns: Turn[] = [];
    for (let turn = queues.next(now, limits); turn !== undefined; turn = queues.next(now, limits)) turns.push(turn);
    return turns;
  };

  const end = (turn: Turn, now = 0) => {
    queues.settle(turn.queue, now);
    queues.release(turn, now);
  };

  const shown = (turns: readonly Turn[]) => turns.map(({ item, action }) => `${action} ${item.id}`);

  it('targets take turns, each within its bound, all within theirs', () => {
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2', 'd1', 'd2', 'e1', 'e2', 'f1', 'f2', 'f3']) add(name);
    const turns = take();
    // The first to each, and three of four: none is known to be quick.
    expect(shown(turns)).toEqual(['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'a2', 'b2', 'c2'].map((id) => `send ${id}`));
    // It waits for a slot in front of the others.
    if (turns[6] !== undefined) end(turns[6]);
    // And it is known to be quick now.
    expect(shown(take())).toEqual(['send d2', 'send a3']);
    expect(queues.running).toBe(10);
    expect(queues.size).toBe(13);
  });

  it('a target with nothing on its way finds a slot, however many others have taken; but no more than 1,000 at once', () => {
    const limits = { perTarget: 1000, total: 1 };
    for (const name of ['a1', 'a2', 'a3']) add(name);
    expect(shown(take(0, limits))).toEqual(['send a1', 'send a2']);
    add('b1');
    expect(shown(take(0, limits))).toEqual(['send b1']);
    for (let n = 0; n < 2000; n++) {
      const pending = pendingOf(delivery(`${n}`, { legKey: `${n}`, target: `http://${n % 10 === 0 ? n : 'a'}:80` }));
      queues.add({ ...pending, expiresAt: EXPIRES_AT, order: 0 }, 0, 0);
    }
    take(0, { perTarget: 1000, total: 1_000_000 });
    expect(queues.running).toBe(1000);
  });

  describe('where slots are scarce', () => {
    const limits = { perTarget: 100, total: 8 };
    /** One attempt to a target, which takes this long. */
    const tried = (name: string, tookMs: number, from = 0) => {
      add(name);
      const [turn] = take(from, limits);
      if (turn !== undefined) end(turn, from + tookMs);
    };
    const crowd = (target: string) => {
      for (let n = 0; n < 20; n++) add(`${target}${n}`);
    };

    it('half of them are kept from the slowest, and none from the quickest', () => {
      tried('s', 10_000);
      crowd('s');
      // The first, and five of the eight: the more slowly, the nearer to half.
      expect(take(10_000, limits)).toHaveLength(6);
      tried('q', 5, 10_000);
      crowd('q');
      expect(take(10_005, limits)).toHaveLength(4);
    });

    it('one that has not answered yet is slow by what it takes, and none is known beforehand', () => {
      crowd('u');
      expect(take(0, limits)).toHaveLength(7);
      tried('q', 5);
      crowd('q');
      expect(take(5, limits)).toHaveLength(3);
    });

    it('one that was quick and hangs now counts as slow', () => {
      tried('h', 5);
      add('h1');
      expect(take(5, limits)).toHaveLength(1);
      crowd('h');
      expect(take(30_000, limits)).toHaveLength(5);
    });

    it('and one that was slow and is quick again gets all of them', () => {
      tried('s', 10_000);
      for (let n = 0; n < 40; n++) tried(`s${n}`, 5, 10_000);
      crowd('s');
      expect(take(10_005, limits)).toHaveLength(9);
    });
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
    queues.release(turn, 500);
    queues.postpone(turn.queue, 900, 500);
    expect([take(899), queues.nextDue]).toEqual([[], 900]);
    expect(shown(take(900))).toEqual(['send a1']);
  });

  it('a target whose breaker is open is passed over, until it may be probed by one', () => {
    for (const name of ['a1', 'a2', 'a3', 'b1']) add(name);
    const [a] = take(0, { perTarget: 1, total: 4 });
    if (a === undefined) throw new Error('nothing was sent');
    for (let n = 0; n < 5; n++) a.queue.target.breaker.failed({}, 0);
    end(a);
    expect([take(), queues.nextDue]).toEqual([[], 1000]);
    expect(shown(take(1000))).toEqual(['send a2']);
  });

  it('a target whose breaker has closed and opened again is looked at after the new pause, not the one before', () => {
    for (const name of ['a1', 'a2', 'a3', 'a4']) add(name);
    const [first] = take(0, { perTarget: 1, total: 4 });
    if (first === undefined) throw new Error('nothing was sent');
    const { breaker } = first.queue.target;
    for (let n = 0; n < 5; n++) breaker.failed({}, 0);
    end(first);
    expect([take(), queues.nextDue]).toEqual([[], 1000]);
    const [probe] = take(1000);
    if (probe === undefined) throw new Error('nothing was probed');
    breaker.failed(probe, 1000);
    end(probe, 1000);
    expect([take(1000), queues.nextDue]).toEqual([[], 3000]);
    // One that began before it opened arrives after all.
    breaker.succeeded();
    for (let n = 0; n < 5; n++) breaker.failed({}, 1000);
    add('a5');
    expect([take(1000), queues.nextDue]).toEqual([[], 2000]);
    expect(shown(take(2000))).toEqual(['send a3']);
  });

  it('what has expired and what is suspended needs no slot, not even at a target that is blocked', () => {
    add('a1');
    const [a] = take();
    for (let n = 0; n < 5; n++) a?.queue.target.breaker.failed({}, 0);
    add('a2', 0, { expiresAt: 10 });
    add('a3', 0, { ruleId: 'F' });
    add('a4');
    suspended.add('F');
    expect(shown(take(20, { perTarget: 1, total: 1 }))).toEqual(['expire a2', 'drop a3']);
  });

  it('a Hangup that was never tried does not expire at a target that is well', () => {
    add('a1', 0, { expiresAt: 10 });
    add('a2', 0, { expiresAt: 10, attempts: 3, attemptsBeforeWindow: 3 });
    add('a3', 0, { expiresAt: 10, attempts: 1 });
    add('a4', 0, { expiresAt: 10, event: 'dial-in' });
    expect(shown(take(20))).toEqual(['send a1', 'send a2', 'expire a3', 'expire a4']);
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

  it('what is ready for a target that is left alone can be taken back; what is on its way stays', () => {
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) add(name);
    const [first] = take(0, { perTarget: 1, total: 4 });
    for (let failure = 0; failure < 5; failure++) first?.queue.target.breaker.failed({}, 0);
    expect([...queues.loads(0)]).toMatchObject([
      { name: 'http://a:80', busy: 3, isLeftAlone: true },
      { name: 'http://b:80', busy: 2, isLeftAlone: false },
    ]);
    expect(queues.takeBack(0)).toEqual(['a2', 'a3']);
    expect([...queues.ids]).toEqual(['a1', 'b1', 'b2']);
    // It may come again.
    add('a2');
    if (first !== undefined) end(first);
    expect(shown(take(1000))).toContain('send a2');
    expect(queues.takeBack(1000)).toEqual([]);
  });
});
