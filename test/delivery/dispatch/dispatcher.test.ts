import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../../../src/delivery/delivery.ts';
import type { AttemptReport } from '../../../src/delivery/dispatch/attempt-recorder.ts';
import { Dispatcher } from '../../../src/delivery/dispatch/dispatcher.ts';
import type { AttemptResult } from '../../../src/delivery/http/attempt-result.ts';
import type { SendRequest } from '../../../src/delivery/http/sender.ts';
import { migrate } from '../../../src/delivery/outbox/migrations.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { SqliteAdmin } from '../../../src/delivery/outbox/sqlite-admin.ts';
import { pendingOf } from '../../../src/delivery/pending-delivery.ts';
import { asMade, callEvent, delivery } from '../../helpers/delivery.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const ok: AttemptResult = { kind: 'answer', status: 200, answer: '' };
const down: AttemptResult = { kind: 'error', code: 'ECONNREFUSED', message: '' };

interface Flight {
  url: string;
  end(result: AttemptResult): void;
}

/** An outbox in memory, a clock that a test moves, and a network where each request waits for its result. */
function dispatching(limits = { perTarget: 4, total: 64 }) {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const outbox = new Outbox(database, {
    trouble: ({ error }) => {
      throw error;
    },
    recovered: () => undefined,
  });
  const clock = new FakeClock();
  const flights: Flight[] = [];
  const begun: string[] = [];
  const reports: AttemptReport[] = [];
  const suspended = new Set<string>();
  const unreadable: unknown[] = [];
  /** Where rules send to now, where that is not where their requests were made for. */
  const targets = new Map<string, string>();
  let auto: ((request: SendRequest) => AttemptResult) | undefined;
  const dispatcher = new Dispatcher({
    outbox,
    clock,
    send: (request) => {
      begun.push(request.url);
      if (auto !== undefined) return Promise.resolve(auto(request));
      return new Promise((resolve) => {
        const flight: Flight = {
          url: request.url,
          end: (result) => {
            flights.splice(flights.indexOf(flight), 1);
            resolve(result);
          },
        };
        flights.push(flight);
      });
    },
    policyFor: (ruleId, event) => ({
      schedule:
        event === 'hangup'
          ? { triesMs: [0, 1000, 3000, 8000], expireMs: 86_400_000 }
          : { triesMs: [0, 1000, 3000, 8000, 20_000, 45_000], expireMs: 120_000 },
      timeoutMs: 10_000,
      secrets: [],
      accept: ruleId === 'accepts 302' ? [302] : [],
    }),
    limits: () => limits,
    onAttempt: (report) => reports.push(report),
    rules: () => ({
      ...asMade,
      targetOf: (ruleId) => targets.get(ruleId),
      remake: (made) => {
        const target = (made.callEvent && targets.get(made.ruleId)) ?? made.target;
        return target === made.target ? made : { ...made, target, url: `${target}/${made.id}` };
      },
    }),
    isSuspended: (ruleId) => suspended.has(ruleId),
    onSuspended: (ruleId) => suspended.add(ruleId),
    onUnreadable: (error) => unreadable.push(error),
  });
  return {
    database,
    admin: new SqliteAdmin(database),
    outbox,
    clock,
    dispatcher,
    suspended,
    unreadable,
    changeRules: (now: Record<string, string>) => {
      for (const [ruleId, target] of Object.entries(now)) targets.set(ruleId, target);
      dispatcher.rulesChanged();
    },
    flights,
    begun,
    reports,
    answerWith: (answer: (request: SendRequest) => AttemptResult) => {
      auto = answer;
    },
    /** @param set by how much the clock is set before it is on disk */
    add: (id: string, more: Partial<Delivery> = {}, set = 0) => {
      const target = more.target ?? 'http://a:80';
      const delivery: Delivery = {
        id,
        event: 'hangup',
        ruleId: 'E',
        callId: '1',
        extension: '101',
        legKey: id,
        target,
        method: 'GET',
        url: `${target}/${id}`,
        headers: {},
        body: undefined,
        createdAt: clock.now(),
        ...more,
      };
      const madeAt = clock.monotonic();
      outbox.write({
        deliveries: [delivery],
        written: () => {
          clock.setWall(set);
          dispatcher.add(pendingOf(delivery), madeAt);
        },
      });
      outbox.flush();
    },
    outcomes: () => reports.map(({ delivery, outcome }) => `${delivery.id} ${outcome}`),
  };
}

describe('the dispatcher', () => {
  let the: ReturnType<typeof dispatching>;
  beforeEach(() => {
    the = dispatching();
  });
  afterEach(() => the.outbox.close());

  it('sends the deliveries of one leg one after the other, and those of other legs meanwhile', async () => {
    the.add('dial', { legKey: 'L', event: 'dial-in' });
    the.add('hangup', { legKey: 'L' });
    the.add('other', { legKey: 'M' });
    the.add('elsewhere', { legKey: 'L', target: 'http://b:80' });
    await the.clock.pass(0);
    expect(the.begun).toEqual(['http://a:80/dial', 'http://a:80/other', 'http://b:80/elsewhere']);
    the.flights[0]?.end(ok);
    await the.clock.pass(0);
    expect(the.begun.at(-1)).toBe('http://a:80/hangup');
  });

  it('keeps a Hangup back until its Dial is settled, and sends it when that has expired', async () => {
    the.answerWith(({ url }) => (url.endsWith('dial') ? { kind: 'answer', status: 503, answer: '' } : ok));
    the.add('dial', { legKey: 'L', event: 'dial-in' });
    the.add('hangup', { legKey: 'L' });
    await the.clock.pass(119_000);
    expect(the.outcomes()).not.toContain('hangup delivered');
    await the.clock.pass(1000);
    expect(the.outcomes()).toEqual([...Array(6).fill('dial retry'), 'dial expired', 'hangup delivered']);
  });

  it('tries about when the schedule says', async () => {
    const times: number[] = [];
    the.answerWith(() => {
      times.push(the.clock.monotonic());
      return { kind: 'answer', status: 404, answer: '' };
    });
    the.add('a');
    await the.clock.pass(10_000);
    expect(times).toEqual([0, 1000]);
    expect(the.outcomes()).toEqual(['a retry', 'a dead']);
  });

  it('keeps the bounds of a target and of all, and one full target delays nobody', async () => {
    the = dispatching({ perTarget: 2, total: 2 });
    for (let n = 0; n < 6; n++) the.add(`a${n}`);
    await the.clock.pass(0);
    expect(the.begun).toHaveLength(2);
    for (let n = 0; n < 6; n++) the.add(`b${n}`, { target: 'http://b:80' });
    for (let n = 0; n < 6; n++) the.add(`c${n}`, { target: 'http://c:80' });
    await the.clock.pass(0);
    // The first to each, and two more.
    expect(the.flights).toHaveLength(5);
    while (the.flights.length > 0) {
      the.flights[0]?.end(ok);
      await the.clock.pass(0);
    }
    expect(the.begun).toHaveLength(18);
  });

  it('probes a dead target now and then, while others go on', async () => {
    the.answerWith(({ url }) => (url.startsWith('http://a') ? down : ok));
    for (let n = 0; n < 200; n++) the.add(`a${n}`);
    await the.clock.pass(60_000);
    expect(the.begun.length).toBeLessThan(30);
    the.add('b', { target: 'http://b:80' });
    await the.clock.pass(0);
    expect(the.outcomes()).toContain('b delivered');
    the.answerWith(() => ok);
    await the.clock.pass(60_000);
    expect(the.dispatcher.queue.depth).toBe(0);
  });

  it('makes neither a burst nor a stall of a clock that is set', async () => {
    the.answerWith(() => down);
    the.add('a');
    await the.clock.pass(500);
    the.clock.setWall(86_400_000);
    await the.clock.pass(400);
    expect(the.begun).toHaveLength(1);
    the.clock.setWall(-7 * 86_400_000);
    await the.clock.pass(400);
    expect(the.begun).toHaveLength(2);
  });

  it('gives up nothing that was waiting for the disk while the clock was set forward', async () => {
    the.answerWith(() => ok);
    the.add('a', {}, 2 * 86_400_000);
    await the.clock.pass(0);
    expect(the.outcomes()).toEqual(['a delivered']);
  });

  it('takes up what an earlier run left, also when the clock was set back since', async () => {
    the.add('a');
    await the.clock.pass(0);
    the.outbox.flush();
    const again = dispatching();
    again.answerWith(() => ok);
    again.outbox.write({
      deliveries: [
        {
          id: 'x',
          event: 'hangup',
          ruleId: 'E',
          callId: '1',
          extension: '1',
          legKey: 'x',
          target: 'http://a:80',
          method: 'GET',
          url: 'http://a/',
          headers: {},
          body: undefined,
          createdAt: again.clock.now() + 10 * 86_400_000,
        },
      ],
    });
    again.outbox.flush();
    again.dispatcher.reconcile(again.outbox.pending());
    await again.clock.pass(0);
    expect(again.outcomes()).toEqual(['x delivered']);
    again.outbox.close();
  });

  it('expires no Hangup of age alone that was never tried, unlike a screen pop', async () => {
    const old = the.clock.now() - 31 * 86_400_000;
    const deliveries = [
      delivery('hangup', { legKey: 'L', url: 'http://a/hangup', createdAt: old }),
      delivery('dial', { event: 'dial-in', legKey: 'M', url: 'http://a/dial', createdAt: old }),
    ];
    the.outbox.write({ deliveries });
    the.outbox.flush();
    the.answerWith(() => down);
    the.dispatcher.reconcile(the.outbox.pending());
    await the.clock.pass(0);
    expect(the.begun).toEqual(['http://a/hangup']);
    expect(the.outcomes()).toEqual(expect.arrayContaining(['hangup retry', 'dial expired']));
    await the.clock.pass(3_600_000);
    expect(the.outcomes().at(-1)).toBe('hangup expired');
    expect(the.dispatcher.queue.depth).toBe(0);
  });

  it('begins the schedule anew for what somebody wants sent again, also when it is on its way', async () => {
    the.answerWith(() => ({ kind: 'answer', status: 503, answer: '' }));
    the.add('a', { event: 'dial-in' });
    await the.clock.pass(50_000);
    expect(the.begun).toHaveLength(6);
    the.outbox.flush();
    await the.admin.retry({ ids: ['a'] }, the.clock.now());
    the.dispatcher.reconcile(the.outbox.pending());
    await the.clock.pass(100_000);
    expect(the.begun).toHaveLength(12);
    expect(the.outcomes()).not.toContain('a expired');
    await the.clock.pass(20_000);
    expect(the.outcomes().at(-1)).toBe('a expired');
  });

  it('does not try the first of a leg earlier because another one comes after it', async () => {
    the.answerWith(() => down);
    the.add('dial', { legKey: 'L' });
    await the.clock.pass(500);
    the.add('hangup', { legKey: 'L' });
    await the.clock.pass(400);
    expect(the.begun).toHaveLength(1);
  });

  it('forgets what somebody has discarded, and lets the next of its leg go', async () => {
    the.answerWith(({ url }) => (url.endsWith('dial') ? { kind: 'answer', status: 503, answer: '' } : ok));
    the.add('dial', { legKey: 'L' });
    the.add('hangup', { legKey: 'L' });
    await the.clock.pass(0);
    the.outbox.flush();
    await the.admin.discard({ ids: ['dial'] }, the.clock.now());
    the.dispatcher.reconcile(the.outbox.pending());
    await the.clock.pass(0);
    expect(the.outcomes()).toEqual(['dial retry', 'hangup delivered']);
    expect(the.dispatcher.queue.depth).toBe(0);
  });

  it('probes with the next one when the probe was discarded', async () => {
    the.answerWith(() => down);
    for (let n = 0; n < 8; n++) the.add(`a${n}`);
    await the.clock.pass(0);
    the.outbox.flush();
    // The dispatcher does not know yet: it comes to see that it is gone when it reads it.
    the.database.exec("UPDATE deliveries SET state = 'dead' WHERE id <> 'a7'");
    the.answerWith(() => ok);
    await the.clock.pass(30_000);
    expect(the.outcomes()).toContain('a7 delivered');
  });

  it('sends nothing more for a rule whose receiver answered 410, until it is resumed', async () => {
    the.answerWith(({ url }) => ({ kind: 'answer', status: url.endsWith('a') ? 410 : 200, answer: '' }));
    the.add('a', { legKey: 'L' });
    the.add('b', { legKey: 'L' });
    the.add('other', { ruleId: 'F' });
    await the.clock.pass(0);
    expect(the.begun).toEqual(['http://a:80/a', 'http://a:80/other']);
    expect(the.reports.find(({ delivery }) => delivery.id === 'b')).toMatchObject({
      outcome: 'dead',
      sent: false,
      reason: 'its rule is suspended',
    });
    the.suspended.clear();
    the.outbox.flush();
    await the.admin.retry({ ids: ['b'] }, the.clock.now());
    the.dispatcher.reconcile(the.outbox.pending());
    await the.clock.pass(0);
    expect(the.outcomes().at(-1)).toBe('b delivered');
  });

  it('takes an answer that the rule accepts for delivered, and only for this rule', async () => {
    the.answerWith(() => ({ kind: 'answer', status: 302, answer: '' }));
    the.add('a', { ruleId: 'accepts 302' });
    the.add('b');
    await the.clock.pass(60_000);
    expect(the.outcomes()).toEqual(['a delivered', 'b retry', 'b dead']);
  });

  describe('when the target of a rule changes', () => {
    const made = { ruleId: 'R', legKey: 'L', target: 'http://a:80', callEvent };

    it('sends what waits there, at once and in its order, and leaves what is of other rules', async () => {
      the.add('d1', made);
      the.add('d2', made);
      the.add('other', { ...made, ruleId: 'Q' });
      await the.clock.pass(0);
      the.flights[0]?.end(down);
      await the.clock.pass(0);
      the.changeRules({ R: 'http://b:80' });
      await the.clock.pass(0);
      expect(the.begun).toEqual(['http://a:80/d1', 'http://a:80/other', 'http://b:80/d1']);
      the.flights[1]?.end(ok);
      await the.clock.pass(0);
      expect(the.begun.slice(3)).toEqual(['http://b:80/d2']);
    });

    it('lets nothing new overtake what is still on its way to the old one', async () => {
      the.add('dial', made);
      await the.clock.pass(0);
      the.changeRules({ R: 'http://b:80' });
      the.add('end', made);
      await the.clock.pass(0);
      expect(the.begun).toEqual(['http://a:80/dial']);
      the.flights[0]?.end(down);
      await the.clock.pass(0);
      expect(the.begun.slice(1)).toEqual(['http://b:80/dial']);
      the.flights[0]?.end(ok);
      await the.clock.pass(0);
      expect(the.begun.slice(2)).toEqual(['http://b:80/end']);
    });

    it('sends what an older version has made where it was made for', async () => {
      the.changeRules({ R: 'http://b:80' });
      const { callEvent: _, ...old } = made;
      the.add('old', old);
      await the.clock.pass(0);
      expect(the.begun).toEqual(['http://a:80/old']);
      // It counts against the target that it went to.
      for (let failed = 0; failed < 5; failed++) {
        the.flights[0]?.end(down);
        the.add(`old${failed}`, { ...old, legKey: `${failed}` });
        await the.clock.pass(0);
      }
      the.add('new', { ...made, legKey: 'N' });
      await the.clock.pass(0);
      expect(the.begun.at(-1)).toBe('http://b:80/new');
    });
  });

  it('comes back to what could not be read', async () => {
    the.answerWith(() => ok);
    const read = the.outbox.read.bind(the.outbox);
    let failures = 3;
    the.outbox.read = async (id) => {
      if (failures-- > 0) throw new Error('disk I/O error');
      return read(id);
    };
    the.add('a');
    await the.clock.pass(10_000);
    expect(the.unreadable).toHaveLength(3);
    expect(the.outcomes()).toEqual(['a delivered']);
  });

  it('lets no attempt outlast its time to drain, and keeps no timer after it', async () => {
    the.answerWith(() => down);
    the.add('later');
    await the.clock.pass(0);
    the.answerWith(() => ok);
    const late = dispatching();
    late.add('hangs');
    await late.clock.pass(0);
    const drained = late.dispatcher.drain(25_000);
    await late.clock.pass(25_000);
    expect(await drained).toBe(false);
    late.outbox.close();
    expect(await the.dispatcher.drain(25_000)).toBe(true);
    expect(the.clock.waiting).toBe(0);
    await the.clock.pass(86_400_000);
    expect(the.begun).toHaveLength(1);
  });

  it('drains: what runs comes to its end, nothing new begins, the rest stays pending', async () => {
    for (let n = 0; n < 6; n++) the.add(`a${n}`);
    await the.clock.pass(0);
    const drained = the.dispatcher.drain(25_000);
    for (const flight of [...the.flights]) flight.end(ok);
    await the.clock.pass(0);
    expect(await drained).toBe(true);
    expect(the.begun).toHaveLength(4);
    the.outbox.flush();
    expect(the.outbox.pending()).toHaveLength(2);
  });
});

it('settles every delivery once, in order within its leg and rule, whatever the answers are and the rules become', async () => {
  const result = fc.constantFrom<AttemptResult>(
    ok,
    down,
    { kind: 'answer', status: 503, answer: '' },
    { kind: 'answer', status: 404, answer: '' },
    { kind: 'answer', status: 429, retryAfter: '2', answer: '' },
  );
  const step = fc.oneof(
    fc.record({
      add: fc.record({
        leg: fc.nat(1),
        target: fc.nat(2),
        event: fc.constantFrom('dial-in' as const, 'hangup' as const),
      }),
    }),
    fc.record({ end: fc.nat(5), result }),
    fc.record({ pass: fc.integer({ min: 1, max: 30_000 }) }),
    fc.record({ set: fc.integer({ min: -90_000_000, max: 90_000_000 }) }),
    fc.record({ rule: fc.nat(2), to: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const the = dispatching({ perTarget: 2, total: 1 });
      const model = new Map<string, string[]>();
      let count = 0;
      for (const one of steps) {
        if ('add' in one) {
          const { leg, target, event } = one.add;
          const [legKey, name] = [`L${leg}`, `http://t${target}:80`];
          const id = `d${count++}`;
          model.set(`${legKey} ${name}`, [...(model.get(`${legKey} ${name}`) ?? []), id]);
          the.add(id, { legKey, target: name, event, ruleId: `R${target}`, callEvent });
          await the.clock.pass(0);
        } else if ('end' in one) {
          the.flights[one.end % Math.max(1, the.flights.length)]?.end(one.result);
          await the.clock.pass(0);
        } else if ('pass' in one) await the.clock.pass(one.pass);
        else if ('rule' in one) {
          the.changeRules({ [`R${one.rule}`]: `http://t${one.to}:80` });
          await the.clock.pass(0);
        } else the.clock.setWall(one.set);
        expect(the.flights.length).toBeLessThanOrEqual(4);
        const underWay = the.flights.map(({ url }) => url.replace(/.*\//, ''));
        for (const ids of model.values()) expect(ids.filter((id) => underWay.includes(id)).length).toBeLessThan(2);
      }
      the.answerWith(() => ok);
      for (const flight of [...the.flights]) flight.end(ok);
      await the.clock.pass(3_600_000);
      const settled = the.reports.filter(({ outcome }) => outcome !== 'retry').map(({ delivery }) => delivery.id);
      expect(settled).toHaveLength(count);
      expect(new Set(settled).size).toBe(count);
      for (const ids of model.values()) expect(settled.filter((id) => ids.includes(id))).toEqual(ids);
      the.outbox.flush();
      expect(the.outbox.pending()).toEqual([]);
      expect(the.dispatcher.queue.depth).toBe(0);
      the.outbox.close();
    }),
    { numRuns: 60 },
  );
});
