import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutboxAdmin } from '../../src/delivery/admin.ts';
import type { AttemptRecord, OutboxChange } from '../../src/delivery/outbox-change.ts';
import type { OutboxStore, PendingWork } from '../../src/delivery/store.ts';
import { callEvent, delivery } from '../helpers/delivery.ts';

/** A place where outboxes are kept; each test has one of its own, empty at first. */
export interface StorePlace {
  /** The store of a run of the service. The one before is closed, or its process was killed. */
  openStore(): Promise<OutboxStore>;
  /** What a command beside the service works with. */
  openAdmin(): Promise<OutboxAdmin>;
  /** What remains of it. */
  remove(): Promise<void>;
}

/**
 * What docs/deliveries.md promises, as far as a store has to keep it: every store passes these.
 * @param place makes a new one
 */
export function keepsThePromises(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name} keeps the promises of docs/deliveries.md`, () => {
    let there: StorePlace;
    let store: OutboxStore;
    let admin: OutboxAdmin;
    beforeEach(async () => {
      there = await place();
      store = await there.openStore();
      await store.restore();
      admin = await there.openAdmin();
    });
    afterEach(async () => {
      await admin.close();
      await store.close();
      await there.remove();
    });

    /** Resolves once it is written for good. */
    const written = (change: OutboxChange) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      store.write({ ...change, written: resolve });
      return promise;
    };
    /** What the next run of the service finds. */
    const afterRestart = async () => {
      await store.close();
      store = await there.openStore();
      return store.restore();
    };
    const attempt = (id: string, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
      callId: '1.1',
      id,
      number: 1,
      at: 1000,
      durationMs: 5,
      status: 503,
      outcome: 'retry',
      reason: 'HTTP 503',
      answer: 'busy',
      refusals: 0,
      nextAt: 2000,
      ...more,
    });
    const delivered = { status: 204, outcome: 'delivered', reason: undefined, nextAt: undefined } as const;
    const dead = { status: 404, outcome: 'dead', reason: 'HTTP 404', nextAt: undefined } as const;

    describe('at least once', () => {
      it('what is written is there after a restart: deliveries in their order, open legs, rules that are suspended', async () => {
        await written({
          deliveries: [delivery('b', { callEvent }), delivery('a'), delivery('c')],
          calls: [{ callId: '1.1', state: { legs: [1] } }],
          facts: { heardUntil: '7' },
          suspend: { ruleId: 'F', since: 3, reason: 'HTTP 410' },
        });
        const { pending, calls, facts, suspended } = await afterRestart();
        expect(pending.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
        expect([calls, facts, [...suspended]]).toEqual([[{ legs: [1] }], { heardUntil: '7' }, ['F']]);
        expect(await store.read({ callId: '1.1', id: 'b' })).toEqual(delivery('b', { callEvent }));
      });

      it('it is there for everybody else when that is reported, and changes are written in their order', async () => {
        await Promise.all([
          written({ deliveries: [delivery('a')] }),
          written({ attempts: [attempt('a')] }),
          written({ attempts: [attempt('a', { number: 2, ...delivered })] }),
        ]);
        expect(await admin.find({}, 9)).toMatchObject([{ id: 'a', state: 'delivered', attempts: 2 }]);
        expect(store.unwritten()).toEqual({ changes: 0, deliveries: 0, legs: 0 });
      });

      it('what is closed has written what waited', async () => {
        store.write({ deliveries: [delivery('a')] });
        expect((await afterRestart()).pending).toHaveLength(1);
      });

      it('legs that have ended are forgotten, and others kept', async () => {
        await written({
          calls: [
            { callId: '1', state: { a: 1 } },
            { callId: '2', state: { b: 1 } },
          ],
        });
        await written({
          calls: [
            { callId: '1', state: undefined },
            { callId: '2', state: { b: 2 } },
          ],
        });
        expect((await afterRestart()).calls).toEqual([{ b: 2 }]);
      });
    });

    describe('an id is one delivery', () => {
      it('it is not made twice, by whatever makes it again', async () => {
        await written({ deliveries: [delivery('a'), delivery('a', { body: 'other' })] });
        await written({ deliveries: [delivery('a')] });
        await afterRestart();
        await written({ deliveries: [delivery('a')] });
        expect(await admin.find({}, 9)).toHaveLength(1);
      });

      it('and not sent again once it was delivered or is dead', async () => {
        await written({ deliveries: [delivery('a'), delivery('b')] });
        await written({ attempts: [attempt('a', delivered), attempt('b', dead)] });
        await written({ deliveries: [delivery('a'), delivery('b')] });
        expect((await afterRestart()).pending).toEqual([]);
        expect(await store.read({ callId: '1.1', id: 'a' })).toBeUndefined();
      });
    });

    describe('tries', () => {
      it('go on after a restart where they were', async () => {
        await written({ deliveries: [delivery('a', { callEvent })] });
        await written({ attempts: [attempt('a', { refusals: 1 })] });
        expect((await afterRestart()).pending).toMatchObject([{ id: 'a', attempts: 1, refusals: 1, nextAt: 2000 }]);
      });

      it('are all shown, with what the receiver said', async () => {
        await written({ deliveries: [delivery('a')] });
        await written({ attempts: [attempt('a')] });
        await written({ attempts: [attempt('a', { number: 2, ...dead })] });
        expect(await admin.attempts({ callId: '1.1', id: 'a' })).toMatchObject([
          { number: 1, status: 503, outcome: 'retry', answer: 'busy' },
          { number: 2, status: 404, outcome: 'dead' },
        ]);
        expect(await admin.show('a')).toMatchObject({ state: 'dead', reason: 'HTTP 404' });
      });

      it('that are written twice count once', async () => {
        await written({ deliveries: [delivery('a')] });
        await written({ attempts: [attempt('a')] });
        await written({ attempts: [attempt('a')] });
        expect(await admin.attempts({ callId: '1.1', id: 'a' })).toHaveLength(1);
        expect(await admin.show('a')).toMatchObject({ attempts: 1 });
      });

      it('show what was sent last, and keep the call event that it was made from', async () => {
        await written({ deliveries: [delivery('a', { callEvent })] });
        // Nothing is tried that was not read before.
        await store.read({ callId: '1.1', id: 'a' });
        const remade = {
          target: 'http://b:80',
          method: 'POST',
          url: 'http://b/',
          headers: { 'X-Y': '1' },
          body: 'x',
        } as const;
        await written({ attempts: [attempt('a', { remade })] });
        const after = { ...remade, id: 'a', callEvent };
        expect(await store.read({ callId: '1.1', id: 'a' })).toMatchObject(after);
        expect((await afterRestart()).pending).toMatchObject([{ id: 'a', target: 'http://b:80' }]);
        expect(await store.read({ callId: '1.1', id: 'a' })).toMatchObject(after);
      });
    });

    describe('dead letters', () => {
      it('are kept with their reason, also when they were never sent', async () => {
        await written({ deliveries: [delivery('a'), delivery('b', { dead: 'its rule is suspended' })] });
        await written({ deadLetters: [{ callId: '1.1', id: 'a', at: 9, reason: 'expired' }] });
        expect(await admin.find({ state: 'dead' }, 9)).toMatchObject([
          { id: 'a', reason: 'expired' },
          { id: 'b', reason: 'its rule is suspended' },
        ]);
        expect((await afterRestart()).pending).toEqual([]);
      });

      it('are sent again with their id and a whole schedule, when somebody wants it', async () => {
        await written({ deliveries: [delivery('a', { callEvent })] });
        await written({ attempts: [attempt('a', { ...dead, refusals: 2 })] });
        expect(await admin.retry({ state: 'dead' }, 5000)).toBe(1);
        const { pending } = await afterRestart();
        expect(pending).toMatchObject([
          { id: 'a', windowStartedAt: 5000, attempts: 1, attemptsBeforeWindow: 1, refusals: 0, nextAt: undefined },
        ]);
        expect(await store.read({ callId: '1.1', id: 'a' })).toMatchObject({ id: 'a', callEvent });
      });
    });

    describe('what a command does beside the service', () => {
      /** Resolves with what the service hears next. */
      const heard = () => {
        const { promise, resolve, reject } = Promise.withResolvers<PendingWork>();
        store.onChangeByOtherProcess({ known: () => [], changed: resolve, unreadable: reject });
        return promise;
      };

      it('is heard by the service: what is to be sent again', async () => {
        await written({ deliveries: [delivery('a')] });
        await written({ attempts: [attempt('a', dead)] });
        const change = heard();
        await admin.retry({ ids: ['a'] }, 5000);
        expect((await change).pending.map(({ id }) => id)).toEqual(['a']);
      });

      it('is heard by the service: what is discarded, which then stays so', async () => {
        await written({ deliveries: [delivery('a'), delivery('b')] });
        const change = heard();
        expect(await admin.discard({ ids: ['a'] }, 5000)).toBe(1);
        expect((await change).pending.map(({ id }) => id)).toEqual(['b']);
        expect(await store.read({ callId: '1.1', id: 'a' })).toBeUndefined();
        // It was on its way.
        await written({ attempts: [attempt('a', delivered)] });
        expect(await admin.show('a')).toMatchObject({ state: 'dead', reason: 'discarded' });
      });

      it('is heard by the service: a rule that sends again', async () => {
        await written({ suspend: { ruleId: 'F', since: 3, reason: 'HTTP 410' } });
        expect(await admin.suspended()).toEqual([{ ruleId: 'F', since: 3, reason: 'HTTP 410' }]);
        const change = heard();
        expect([await admin.resume('F'), await admin.resume('F')]).toEqual([true, false]);
        expect((await change).suspended).toEqual(new Set());
      });
    });

    describe('history', () => {
      beforeEach(async () => {
        await written({ deliveries: ['old', 'new', 'waits'].map((id) => delivery(id)) });
        await written({ attempts: [attempt('old', { ...delivered, at: 100 }), attempt('new', { ...dead, at: 9000 })] });
      });

      const left = async () => (await admin.find({}, 9)).map(({ id }) => id);

      it('goes by its age, and nothing that is pending goes with it', async () => {
        expect(await store.prune(500, 1000, 10)).toBe(1);
        expect(await left()).toEqual(['new', 'waits']);
        expect(await store.prune(1e15, 1000, 10)).toBe(1);
        expect(await left()).toEqual(['waits']);
        expect(await admin.attempts({ callId: '1.1', id: 'old' })).toEqual([]);
      });

      it('goes by how much of it there is', async () => {
        expect(await store.prune(0, 0, 10)).toBe(2);
        expect(await left()).toEqual(['waits']);
      });

      it('is counted by state, rule, extension, target and reason', async () => {
        const rule = { ruleId: 'E', extension: '101', event: 'hangup', target: 'http://a:80', count: 1 };
        expect(await admin.counts({})).toEqual(
          expect.arrayContaining([
            { ...rule, state: 'delivered', reason: undefined },
            { ...rule, state: 'dead', reason: 'HTTP 404' },
            { ...rule, state: 'pending', reason: undefined },
          ]),
        );
      });
    });

    it('a number is forgotten with all that is settled, wherever it stands, and what is pending is counted', async () => {
      const from = (CallerIDNum: string) => ({ ...callEvent, params: { ...callEvent.params, CallerIDNum } });
      await written({
        deliveries: [
          delivery('in the event', { callEvent: from('+31612345678') }),
          delivery('in the URL', { url: 'http://a/?n=%2B31612345678' }),
          delivery('in the body', { body: 'n=31612345678' }),
          delivery('longer', { callEvent: from('+316123456789') }),
          delivery('waits', { callEvent: from('+31612345678') }),
        ],
      });
      const settled = ['in the event', 'in the URL', 'in the body', 'longer'];
      await written({ attempts: settled.map((id) => attempt(id, dead)) });
      expect(await admin.forget('31612345678')).toMatchObject({ forgotten: 3, pending: 1 });
      expect((await admin.find({}, 9)).map(({ id }) => id)).toEqual(['longer', 'waits']);
    });
  });
}
