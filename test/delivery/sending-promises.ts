import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallEvent, CallEventName } from '../../src/calls/call-event.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { OutboxAdmin } from '../../src/delivery/admin.ts';
import { type Delivery, deliveryOf } from '../../src/delivery/delivery.ts';
import { requestOf } from '../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';
import { sampleEvent } from '../../src/views/sample-event.ts';
import { type Arrived, type Receiver, startReceiver } from '../helpers/receiver.ts';

/** An outbox and what sends from it, with a clock of their own. */
export interface SendingPlace {
  /** What a command beside it works with. */
  admin: OutboxAdmin;
  /** Milliseconds since 1970. */
  now(): Promise<number>;
  /** Stores deliveries as a service does. */
  store(deliveries: readonly Delivery[]): Promise<void>;
  /** Another configuration is active from now on. */
  configure(text: string): Promise<void>;
  /** Time passes, and all that is due on the way is done. */
  pass(ms: number): Promise<void>;
  /** Forgets what was settled longer ago. */
  prune(keepMs: number): Promise<unknown>;
  remove(): Promise<void>;
}

const MINUTE = 60_000;
const SECOND = 1000;

/** `extensions:` of config.yaml, and a schedule that a test can follow. */
const configOf = (url: string, status = 'enabled') => `
delivery: { retry: { dial: { tries: [0s, 1s, 30s], expire: 2m }, hangup: { tries: [0s, 1s, 1h], expire: 24h } } }
extensions:
  "101":
    events:
      - { on: dial-in, id: dial, url: "${url}/dial", status: ${status} }
      - { on: answer-in, id: answer, url: "${url}/answer" }
      - { on: hangup, id: end, url: "${url}/end" }
`;

/**
 * What docs/deliveries.md promises of what is sent, and when: every outbox passes these, with what sends from it.
 * @param place makes a new one, with this configuration
 */
export function sendsAsPromised(name: string, place: (config: string) => Promise<SendingPlace>): void {
  describe(`${name} sends as docs/deliveries.md promises`, () => {
    let receiver: Receiver;
    let there: SendingPlace;
    let config: string;
    const others: Receiver[] = [];
    beforeEach(async () => {
      receiver = await startReceiver();
      config = configOf(receiver.url);
      there = await place(config);
    });
    afterEach(async () => {
      await there.remove();
      for (const one of [receiver, ...others.splice(0)]) await one.stop();
    });

    /** The deliveries of one leg, as the service makes them. @param ageMs how long ago they were made */
    const leg = async (uniqueid: string, events: readonly CallEventName[], ageMs = 0): Promise<Delivery[]> => {
      const parsed = parseConfig(config, 'config.yaml', { require: 'extensions' });
      const rules = parsed.extensions.flatMap(({ rules: its = [] }) => its);
      const createdAt = (await there.now()) - ageMs;
      return events.map((event) => {
        const rule = rules.find(({ on }) => on === event);
        if (rule === undefined) throw new Error(`no rule for ${event}`);
        const callEvent = eventOf(uniqueid, event);
        const request = requestOf(callEvent, rule, ruleDefaultsOf(parsed, ''));
        return deliveryOf(request, createdAt, { callEvent });
      });
    };
    const paths = () => receiver.requests.all.map(({ path }) => path);
    const idOf = ({ headers }: Arrived) => String(headers['webhook-id']);
    const states = async () =>
      Object.fromEntries(
        (await there.admin.find({}, 99)).map(({ ruleId, state, reason }) => [
          ruleId,
          reason === undefined ? state : `${state}: ${reason}`,
        ]),
      );
    /** What is to be answered, by the path of the request. */
    const answering = (statuses: Record<string, number>, headers: Record<string, string> = {}) => {
      receiver.reply = ({ path }) => ({ status: statuses[path] ?? 200, headers });
    };

    describe('order', () => {
      it('the requests of a leg arrive one after the other, those of another leg meanwhile', async () => {
        answering({ '/dial': 503 });
        await there.store(await leg('a', ['dial-in', 'answer-in', 'hangup']));
        await there.store(await leg('b', ['hangup']));
        await there.pass(0);
        expect(paths().sort()).toEqual(['/dial', '/end']);
        answering({});
        await there.pass(2 * SECOND);
        expect(paths().slice(2)).toEqual(['/dial', '/answer', '/end']);
      });

      it('a Hangup waits for its Dial until that has expired', async () => {
        answering({ '/dial': 503 });
        await there.store(await leg('a', ['dial-in', 'hangup']));
        await there.pass(90 * SECOND);
        expect(paths()).toEqual(['/dial', '/dial', '/dial']);
        await there.pass(MINUTE);
        expect(paths().slice(3)).toEqual(['/end']);
        expect(await states()).toEqual({ dial: expect.stringMatching(/^dead: expired/), end: 'delivered' });
      });

      it('a dead letter lets the next of its leg go', async () => {
        answering({ '/dial': 404 });
        await there.store(await leg('a', ['dial-in', 'hangup']));
        await there.pass(2 * SECOND);
        // Once more, to confirm it.
        expect(paths()).toEqual(['/dial', '/dial', '/end']);
        expect(await states()).toEqual({ dial: 'dead: HTTP 404', end: 'delivered' });
      });
    });

    describe('at least once, and with one id', () => {
      it('every attempt has the same webhook-id', async () => {
        answering({ '/end': 500 });
        const [delivery] = await leg('a', ['hangup']);
        await there.store(delivery === undefined ? [] : [delivery]);
        await there.pass(2 * SECOND);
        answering({});
        await there.pass(2 * 60 * MINUTE);
        expect(receiver.requests.all.map(idOf)).toEqual(Array(3).fill(delivery?.id));
        expect(await there.admin.attempts({ callId: delivery?.callId ?? '', id: delivery?.id ?? '' })).toMatchObject([
          { number: 1, status: 500, outcome: 'retry', answer: 'said the receiver' },
          { number: 2, status: 500, outcome: 'retry' },
          { number: 3, status: 200, outcome: 'delivered' },
        ]);
      });

      it('the same id again is refused: while it waits, after it was delivered, and as a dead letter', async () => {
        answering({ '/dial': 404, '/answer': 503 });
        const some = [
          ...(await leg('a', ['dial-in'])),
          ...(await leg('b', ['hangup'])),
          ...(await leg('c', ['answer-in'])),
        ];
        for (let time = 0; time < 2; time++) {
          await there.store([...some, ...some]);
          await there.pass(2 * SECOND);
        }
        expect(
          paths()
            .filter((path) => path !== '/answer')
            .sort(),
        ).toEqual(['/dial', '/dial', '/end']);
        expect(await there.admin.find({}, 99)).toHaveLength(3);
      });
    });

    describe('when it is tried', () => {
      it('each event by its own schedule: a Dial expires soon, a Hangup later', async () => {
        answering({ '/dial': 503, '/end': 503 });
        await there.store(await leg('a', ['dial-in']));
        await there.pass(3 * MINUTE);
        await there.store(await leg('b', ['hangup']));
        await there.pass(3 * MINUTE);
        expect(await states()).toMatchObject({ dial: expect.stringMatching(/^dead/), end: 'pending: HTTP 503' });
        await there.pass(25 * 60 * MINUTE);
        expect(await states()).toMatchObject({ end: expect.stringMatching(/^dead: expired/) });
        expect(paths()).toEqual(['/dial', '/dial', '/dial', '/end', '/end', '/end']);
      });

      it('a Hangup that was never tried does not expire for its age, and a Dial does', async () => {
        await there.store([
          ...(await leg('a', ['dial-in'], 3 * 24 * 60 * MINUTE)),
          ...(await leg('b', ['hangup'], 3 * 24 * 60 * MINUTE)),
        ]);
        await there.pass(0);
        expect(paths()).toEqual(['/end']);
        expect(await states()).toEqual({ dial: expect.stringMatching(/^dead: expired/), end: 'delivered' });
      });

      it('not before the receiver has asked for it by Retry-After', async () => {
        answering({ '/end': 503 }, { 'retry-after': '20' });
        await there.store(await leg('a', ['hangup']));
        await there.pass(19 * SECOND);
        expect(paths()).toHaveLength(1);
        answering({});
        await there.pass(2 * SECOND);
        expect(paths()).toHaveLength(2);
        expect(await states()).toEqual({ end: 'delivered' });
      });
    });

    describe('410 Gone', () => {
      it('suspends the rule: nothing more is sent by it until it is resumed, and then what is retried', async () => {
        answering({ '/end': 410 });
        await there.store(await leg('a', ['hangup']));
        await there.pass(0);
        await there.store([...(await leg('b', ['hangup'])), ...(await leg('c', ['answer-in']))]);
        await there.pass(MINUTE);
        expect(paths().sort()).toEqual(['/answer', '/end']);
        expect(await there.admin.suspended()).toMatchObject([
          { ruleId: 'end', reason: expect.stringMatching(/^HTTP 410/) },
        ]);
        expect(await there.admin.find({ ruleId: 'end', state: 'dead' }, 9)).toMatchObject([
          { reason: expect.stringMatching(/^HTTP 410/) },
          { reason: 'its rule is suspended', attempts: 0 },
        ]);
        answering({});
        expect([await there.admin.resume('end'), await there.admin.resume('end')]).toEqual([true, false]);
        expect(await there.admin.retry({ state: 'dead' }, await there.now())).toBe(2);
        await there.pass(SECOND);
        expect(paths().filter((path) => path === '/end')).toHaveLength(3);
        expect(await there.admin.find({ state: 'delivered' }, 9)).toHaveLength(3);
      });
    });

    describe('commands', () => {
      it('retry sends a dead letter again with its id and a whole schedule, and its attempts are kept', async () => {
        answering({ '/dial': 404 });
        const [delivery] = await leg('a', ['dial-in']);
        await there.store(delivery === undefined ? [] : [delivery]);
        await there.pass(10 * MINUTE);
        answering({ '/dial': 503 });
        expect(await there.admin.retry({ ids: [delivery?.id ?? ''] }, await there.now())).toBe(1);
        await there.pass(90 * SECOND);
        expect(receiver.requests.all.map(idOf)).toEqual(Array(5).fill(delivery?.id));
        expect(await there.admin.show(delivery?.id ?? '')).toMatchObject({ state: 'pending', attempts: 5 });
        await there.pass(MINUTE);
        expect(await there.admin.show(delivery?.id ?? '')).toMatchObject({ state: 'dead', attempts: 5 });
      });

      it('retry tries at once what waits, and what waits for it in its leg', async () => {
        answering({ '/dial': 503 });
        await there.store(await leg('a', ['dial-in', 'hangup']));
        await there.pass(5 * SECOND);
        const sent = paths().length;
        answering({});
        expect(await there.admin.retry({ ruleId: 'dial' }, await there.now())).toBe(1);
        await there.pass(0);
        expect(paths().slice(sent)).toEqual(['/dial', '/end']);
      });

      it('discard makes a dead letter of what waits, and the next of its leg goes at once', async () => {
        answering({ '/dial': 503 });
        await there.store(await leg('a', ['dial-in', 'hangup']));
        await there.pass(5 * SECOND);
        const sent = paths().length;
        expect(await there.admin.discard({ ruleId: 'dial' }, await there.now())).toBe(1);
        await there.pass(0);
        expect(paths().slice(sent)).toEqual(['/end']);
        expect(await states()).toEqual({ dial: 'dead: discarded', end: 'delivered' });
        expect(await there.admin.discard({}, await there.now())).toBe(0);
      });

      it('a number is forgotten with all that is settled, and what is pending is counted', async () => {
        answering({ '/dial': 503 });
        await there.store([...(await leg('a', ['dial-in'])), ...(await leg('b', ['hangup']))]);
        await there.pass(0);
        expect(await there.admin.forget('31612345678')).toMatchObject({ forgotten: 1, pending: 1 });
        expect(await there.admin.find({}, 9)).toMatchObject([{ ruleId: 'dial' }]);
      });

      it('are answered with counts by state, rule, extension, target and reason', async () => {
        answering({ '/dial': 404 });
        await there.store([...(await leg('a', ['dial-in'])), ...(await leg('b', ['hangup']))]);
        await there.pass(2 * SECOND);
        const rule = { extension: '101', target: receiver.url, count: 1 };
        expect(await there.admin.counts({})).toEqual(
          expect.arrayContaining([
            { ...rule, ruleId: 'dial', event: 'dial-in', state: 'dead', reason: 'HTTP 404' },
            { ...rule, ruleId: 'end', event: 'hangup', state: 'delivered', reason: undefined },
          ]),
        );
      });
    });

    it('what is settled is forgotten after its time, with its attempts, and nothing that waits', async () => {
      answering({ '/answer': 503 });
      const [old] = await leg('a', ['hangup']);
      await there.store(old === undefined ? [] : [old]);
      await there.pass(2 * MINUTE);
      await there.store([...(await leg('b', ['answer-in'])), ...(await leg('c', ['dial-in']))]);
      await there.pass(0);
      await there.prune(MINUTE);
      expect((await there.admin.find({}, 9)).map(({ ruleId }) => ruleId)).toEqual(['answer', 'dial']);
      expect(await there.admin.attempts({ callId: old?.callId ?? '', id: old?.id ?? '' })).toEqual([]);
      await there.prune(-MINUTE);
      expect((await there.admin.find({}, 9)).map(({ ruleId }) => ruleId)).toEqual(['answer']);
    });

    describe('what is sent is what the rule says today', () => {
      it('what waits goes to a corrected URL at once, and what is dead when it is retried, with their ids', async () => {
        answering({ '/end': 503, '/dial': 404 });
        const some = [...(await leg('a', ['dial-in'])), ...(await leg('b', ['hangup']))];
        await there.store(some);
        await there.pass(2 * SECOND);
        const other = await startReceiver();
        others.push(other);
        await there.configure(configOf(`${other.url}/new`));
        await there.pass(0);
        expect(other.requests.all.map(({ path }) => path)).toEqual(['/new/end']);
        await there.admin.retry({ state: 'dead' }, await there.now());
        await there.pass(0);
        expect(other.requests.all.map(({ path, headers }) => [path, headers['webhook-id']])).toEqual([
          ['/new/end', some[1]?.id],
          ['/new/dial', some[0]?.id],
        ]);
        expect((await there.admin.show(some[0]?.id ?? ''))?.url).toMatch(/\/new\/dial/);
      });

      it('what waits for a rule that is disabled becomes a dead letter with that reason', async () => {
        answering({ '/dial': 503 });
        await there.store(await leg('a', ['dial-in', 'hangup']));
        await there.pass(0);
        await there.configure(configOf(receiver.url, 'disabled'));
        await there.pass(5 * SECOND);
        expect(paths()).toEqual(['/dial', '/end']);
        expect(await states()).toEqual({ dial: 'dead: its rule is disabled', end: 'delivered' });
      });
    });
  });
}

function eventOf(uniqueid: string, event: CallEventName): CallEvent {
  const sample = sampleEvent({ event, extension: '101', at: 1 });
  const flow = 'IN' as const;
  return { ...sample, leg: { ...sample.leg, uniqueid, flow }, params: { ...sample.params, CallID: uniqueid } };
}
