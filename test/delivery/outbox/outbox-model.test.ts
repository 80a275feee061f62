import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../../../src/delivery/delivery.ts';
import { openOutbox } from '../../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { SqliteAdmin } from '../../../src/delivery/outbox/sqlite-admin.ts';
import type { OutboxChange } from '../../../src/delivery/outbox-change.ts';

/** What the outbox ought to say of one delivery. */
interface Row {
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  earlier: number;
  refusals: number;
  nextAt: number | undefined;
}

/** The outbox in a few lines, without a disk. */
class Model {
  readonly rows = new Map<string, Row>();
  readonly calls = new Map<string, number>();
  readonly suspended = new Set<string>();

  apply(change: OutboxChange): void {
    for (const { callId, state } of change.calls ?? [])
      if (state === undefined) this.calls.delete(callId);
      else this.calls.set(callId, Number(state));
    for (const { id, dead } of change.deliveries ?? [])
      if (!this.rows.has(id))
        this.rows.set(id, {
          state: dead === undefined ? 'pending' : 'dead',
          attempts: 0,
          earlier: 0,
          refusals: 0,
          nextAt: undefined,
        });
    for (const { id, number, outcome, refusals, nextAt } of change.attempts ?? []) {
      const row = this.rows.get(id);
      if (row?.state !== 'pending') continue;
      const state = outcome === 'retry' ? 'pending' : outcome;
      Object.assign(row, { state, attempts: number, refusals, nextAt });
    }
    for (const { id } of change.deadLetters ?? []) {
      const row = this.rows.get(id);
      if (row?.state === 'pending') Object.assign(row, { state: 'dead', nextAt: undefined });
    }
    if (change.suspend !== undefined) this.suspended.add(change.suspend.ruleId);
  }

  retry(id: string): void {
    const row = this.rows.get(id);
    if (row) Object.assign(row, { state: 'pending', earlier: row.attempts, refusals: 0, nextAt: undefined });
  }

  discard(id: string): void {
    const row = this.rows.get(id);
    if (row?.state === 'pending') Object.assign(row, { state: 'dead', nextAt: undefined });
  }
}

/** A real outbox on a real disk that can be made full, crashed, and worked on from beside. */
class Real {
  readonly #file: string;
  #database: DatabaseSync;
  outbox: Outbox;
  beside: SqliteAdmin;
  /** Given to the outbox and not known to be on disk. */
  unwritten: OutboxChange[] = [];

  constructor(directory: string) {
    this.#file = join(directory, 'outbox.db');
    [this.#database, this.outbox, this.beside] = this.#open();
  }

  write(change: OutboxChange): void {
    this.unwritten.push(change);
    this.outbox.write({
      ...change,
      written: () => {
        this.unwritten.splice(this.unwritten.indexOf(change), 1);
      },
    });
  }

  /** No page more than there are; or room again. */
  full(isFull: boolean): void {
    this.#database.exec(`PRAGMA max_page_count = ${isFull ? 1 : 1_000_000}`);
  }

  /** The process is gone without a word: what was not written is lost, and nothing else. */
  crash(): void {
    this.#database.close();
    this.beside.close();
    this.unwritten = [];
    [this.#database, this.outbox, this.beside] = this.#open();
  }

  close(): void {
    this.outbox.close();
    this.beside.close();
  }

  #open(): [DatabaseSync, Outbox, SqliteAdmin] {
    const database = openOutbox(this.#file, () => {
      throw new Error('it is corrupt');
    });
    const ignore = () => undefined;
    const beside = new SqliteAdmin(new DatabaseSync(this.#file));
    return [database, new Outbox(database, { trouble: ignore, recovered: ignore }), beside];
  }
}

const ID = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const ATTEMPT = fc.record({
  id: ID,
  number: fc.integer({ min: 1, max: 9 }),
  outcome: fc.constantFrom('delivered' as const, 'retry' as const, 'dead' as const),
  refusals: fc.nat(2),
  nextAt: fc.option(fc.nat(1000), { nil: undefined }),
});
const STEP = fc.oneof(
  fc.record({ deliver: ID, call: fc.constantFrom('1', '2', '3'), legs: fc.nat(3), dead: fc.boolean() }),
  fc.record({ attempt: ATTEMPT }),
  fc.record({ giveUp: ID }),
  fc.record({ suspend: fc.constantFrom('E', 'F') }),
  fc.record({ resume: fc.constantFrom('E', 'F') }),
  fc.record({ retry: ID }),
  fc.record({ discard: ID }),
  fc.record({ full: fc.boolean() }),
  fc.constant('flush' as const),
  fc.constant('crash' as const),
);

const delivery = (id: string, dead: boolean): Delivery => ({
  id,
  event: 'hangup',
  ruleId: 'E',
  callId: '1',
  extension: '101',
  legKey: 'L',
  target: 'http://a:80',
  method: 'POST',
  url: 'http://a/',
  headers: {},
  // Long enough to need a page of its own, so that a full disk is felt.
  body: 'x'.repeat(5000),
  createdAt: 1,
  ...(dead && { dead: 'its rule is suspended' }),
});

function changeOf(step: object): OutboxChange | undefined {
  if ('deliver' in step) {
    const { deliver, call, legs, dead } = step as { deliver: string; call: string; legs: number; dead: boolean };
    const calls = [{ callId: call, state: legs === 0 ? undefined : legs }];
    return { deliveries: [delivery(deliver, dead)], calls };
  }
  if ('attempt' in step) {
    const { attempt } = step as { attempt: NonNullable<OutboxChange['attempts']>[number] };
    const rest = { callId: '1', at: 5, durationMs: 1, status: 200, reason: undefined, answer: '' };
    return { attempts: [{ ...rest, ...attempt }] };
  }
  if ('giveUp' in step) return { deadLetters: [{ callId: '1', id: String(step.giveUp), at: 5, reason: 'expired' }] };
  if ('suspend' in step) return { suspend: { ruleId: String(step.suspend), since: 5, reason: 'HTTP 410' } };
  return undefined;
}

/** What is on disk, as the model has it. */
async function rowsOf(real: Real): Promise<Map<string, Row>> {
  const pending = new Map(real.outbox.pending().map((one) => [one.id, one]));
  return new Map(
    (await real.beside.find({}, 100)).map(({ id, state, attempts, nextAttemptAt }) => {
      const one = pending.get(id);
      expect(one !== undefined).toBe(state === 'pending');
      const { attemptsBeforeWindow: earlier = 0, refusals = 0 } = one ?? {};
      return [id, { state, attempts, earlier, refusals, nextAt: nextAttemptAt }];
    }),
  );
}

/** The refusals and earlier attempts of a settled delivery are of no use to anybody. */
const comparable = (rows: ReadonlyMap<string, Row>) =>
  [...rows]
    .map(([id, row]) => ({ id, ...row, ...(row.state !== 'pending' && { earlier: 0, refusals: 0 }) }))
    .sort((a, b) => a.id.localeCompare(b.id));

it('the outbox is what its model says, through full disks, crashes and commands beside it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 40 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'call-events-model-'));
      const real = new Real(directory);
      const model = new Model();
      /** Everything that was given is written, or still waits; then the model knows what is on disk. */
      const flush = () => {
        const before = [...real.unwritten];
        real.outbox.flush();
        const waiting = new Set(real.unwritten);
        // All or nothing, and in order.
        expect([0, before.length]).toContain(waiting.size);
        if (waiting.size === 0) for (const change of before) model.apply(change);
        expect(real.outbox.health.lost).toBe(0);
      };
      const beside = async (work: () => Promise<void>) => {
        flush();
        // What waits for the disk would be written in between.
        if (real.unwritten.length === 0) await work();
      };
      for (const step of steps) {
        const change = typeof step === 'object' ? changeOf(step) : undefined;
        if (change !== undefined) real.write(change);
        else if (step === 'crash') real.crash();
        else if (step === 'flush') flush();
        else if (typeof step === 'object' && 'full' in step) real.full(step.full);
        else if (typeof step === 'object' && 'retry' in step)
          await beside(async () => {
            await real.beside.retry({ ids: [step.retry] }, 9);
            model.retry(step.retry);
          });
        else if (typeof step === 'object' && 'discard' in step)
          await beside(async () => {
            await real.beside.discard({ ids: [step.discard] }, 9);
            model.discard(step.discard);
          });
        else if (typeof step === 'object' && 'resume' in step)
          await beside(async () => {
            expect(await real.beside.resume(step.resume)).toBe(model.suspended.delete(step.resume));
          });
        expect(comparable(await rowsOf(real))).toEqual(comparable(model.rows));
      }
      real.full(false);
      flush();
      expect(real.unwritten).toEqual([]);
      expect(comparable(await rowsOf(real))).toEqual(comparable(model.rows));
      expect(real.outbox.calls().map(Number).sort()).toEqual([...model.calls.values()].sort());
      expect(real.outbox.suspended()).toEqual(model.suspended);
      real.close();
      rmSync(directory, { recursive: true });
    }),
    { numRuns: 100 },
  );
});
