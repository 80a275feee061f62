import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Delivery } from '../../src/delivery/delivery.ts';
import type { OutboxChange } from '../../src/delivery/outbox-change.ts';
import { pendingOf } from '../../src/delivery/pending-delivery.ts';
import type { PublishedCall } from '../../src/shared-queue/pair-tables.ts';
import { Relay } from '../../src/shared-queue/relay.ts';
import { until } from '../helpers/until.ts';

/** What went into the queue, one transaction after the other. */
let written: string[][];
/** What the outbox has. */
let outbox: Map<string, Delivery>;
let relay: Relay;
/** Ids that are undecided. */
let undecided: Set<string>;
let away: boolean;

beforeEach(() => {
  written = [];
  outbox = new Map();
  undecided = new Set();
  away = false;
  relay = new Relay({
    outbox: {
      read: async ({ id }) => outbox.get(id),
      write: ({ moved = [], written: done }: OutboxChange) => {
        for (const { id } of moved) outbox.delete(id);
        done?.();
      },
    },
    insert: async (rows, calls) => {
      if (away) throw new Error('away');
      written.push([...rows.map(({ delivery }) => delivery.id), ...calls.map(({ callId }) => `call ${callId}`)]);
    },
    sourceOf: () => 'pbx',
    isUndecided: ({ id }) => undecided.has(id),
    onTrouble: () => undefined,
  });
});

const delivery = (id: string, legKey: string, callId = 'c1'): Delivery => ({
  ...{ id, legKey, callId, event: 'dial-in', ruleId: 'r', extension: '101', target: 'http://crm:80', method: 'GET' },
  ...{ url: 'http://crm/', headers: {}, body: undefined, createdAt: Date.now() },
});
const add = (...deliveries: Delivery[]) => {
  for (const one of deliveries) {
    outbox.set(one.id, one);
    relay.add(pendingOf(one));
  }
};
const call = (callId: string): PublishedCall => ({
  ...{ source: 'pbx', service: 'me', callId, state: {}, channels: [], legs: [] },
});
const flat = () => written.flat();

describe('what is published of a call', () => {
  it('is published with the last of its deliveries, and not before', async () => {
    relay.publishFromNowOn([]);
    away = true;
    relay.note([call('c1'), call('c2')]);
    add(delivery('dial', 'leg'), delivery('other', 'leg2', 'c2'));
    undecided.add('answer');
    add(delivery('answer', 'leg'));
    await until(
      async () => relay.trouble,
      (trouble) => trouble !== undefined,
    );
    away = false;
    await until(
      async () => flat().length,
      (n) => n >= 3,
    );
    expect(written).toEqual([['dial', 'other', 'call c2']]);
    await relay.decide(async (all) => all);
    relay.note([]);
    await until(
      async () => flat().length,
      (n) => n === 4,
    );
    expect(written.at(-1)).toEqual(['call c1']);
  });

  it('waits until it is known what an earlier run has published: what is missing has ended', async () => {
    relay.note([call('c1')]);
    add(delivery('dial', 'leg', 'c9'));
    await until(
      async () => flat().length,
      (n) => n === 1,
    );
    relay.publishFromNowOn([call('c1'), call('gone')]);
    await until(
      async () => flat().length,
      (n) => n === 3,
    );
    expect(flat()).toEqual(['dial', 'call c1', 'call gone']);
  });

  it('is nothing where this user may not write it', async () => {
    relay.goOnAlone();
    relay.note([call('c1')]);
    add(delivery('dial', 'leg'));
    await until(
      async () => outbox.size,
      (n) => n === 0,
    );
    expect(flat()).toEqual(['dial']);
  });
});

describe('what is undecided', () => {
  it('keeps back what comes later in its leg, and nothing else', async () => {
    undecided.add('dial');
    add(delivery('dial', 'leg'), delivery('answer', 'leg'), delivery('other dial', 'other leg'));
    await until(
      async () => flat().length,
      (n) => n === 1,
    );
    expect(flat()).toEqual(['other dial']);
    expect(relay.queue.depth).toBe(2);
    expect(relay.queue.oldestMs).toBe(0);
    await relay.decide(async (all) => {
      expect(all.map(({ pending }) => pending.id)).toEqual(['dial', 'answer']);
      return all.slice(0, 1);
    });
    add(delivery('hangup', 'leg'));
    await relay.decide(async () => []);
    expect(relay.pending().map(({ id }) => id)).toEqual(['answer', 'hangup']);
    expect([...outbox.keys()]).toEqual(['answer', 'hangup']);
  });

  it('is moved, before what came later, where this service goes on alone', async () => {
    undecided.add('dial');
    add(delivery('dial', 'leg'));
    await until(
      async () => relay.queue,
      ({ depth, running }) => depth === 1 && running === 0,
    );
    undecided.clear();
    add(delivery('hangup', 'leg'));
    relay.goOnAlone();
    await until(
      async () => outbox.size,
      (n) => n === 0,
    );
    expect(flat()).toEqual(['dial', 'hangup']);
  });

  it('is forgotten when a command has discarded it', async () => {
    undecided.add('dial');
    add(delivery('dial', 'leg'));
    await until(
      async () => relay.pending().length,
      (n) => n === 1,
    );
    relay.reconcile([]);
    expect(relay.queue.depth).toBe(0);
  });
});
