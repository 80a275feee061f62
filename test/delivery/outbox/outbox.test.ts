import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lockOutbox } from '../../../src/delivery/outbox/lock-outbox.ts';
import { openOutbox } from '../../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import type { AttemptRecord } from '../../../src/delivery/outbox-change.ts';
import type { PendingWork } from '../../../src/delivery/store.ts';
import { delivery } from '../../helpers/delivery.ts';
import { until } from '../../helpers/until.ts';

const opened: Outbox[] = [];
afterEach(() => {
  for (const outbox of opened.splice(0)) outbox.close();
});

const newFile = () => join(mkdtempSync(join(tmpdir(), 'call-events-outbox-')), 'outbox.db');

function open(file: string, said: string[] = []): { outbox: Outbox; database: DatabaseSync } {
  const database = openOutbox(file, (keptAs) => said.push(keptAs));
  const outbox = new Outbox(database, {
    trouble: ({ waiting, lost }) => said.push(`trouble ${waiting} ${lost}`),
    recovered: (written) => said.push(`recovered ${written}`),
  });
  opened.push(outbox);
  return { outbox, database };
}

/** One that delivered it. */
const attempt = (id: string, at: number): AttemptRecord => ({
  callId: '1.1',
  id,
  number: 1,
  at,
  durationMs: 0,
  status: 200,
  outcome: 'delivered',
  reason: undefined,
  answer: 'ok',
  refusals: 0,
  nextAt: undefined,
});

/** Overwrites the first page of a table: the file still opens well. */
function harmPage(file: string, table: string): void {
  const database = new DatabaseSync(file);
  const number = (sql: string, column: string) => Number(database.prepare(sql).get()?.[column]);
  const root = number(`SELECT rootpage FROM sqlite_schema WHERE name = '${table}'`, 'rootpage');
  const size = number('PRAGMA page_size', 'page_size');
  database.close();
  const bytes = readFileSync(file);
  bytes.fill(0xaa, (root - 1) * size, root * size);
  writeFileSync(file, bytes);
}

describe('the outbox', () => {
  it('knows since when something waits, however often that is asked', async () => {
    const { outbox } = open(newFile());
    outbox.pause('for a test');
    expect(outbox.unwrittenMs).toBe(0);
    outbox.write({ deliveries: [delivery('a')] });
    const before = await until(
      async () => outbox.unwrittenMs,
      (ms) => ms > 0,
    );
    outbox.write({ deliveries: [delivery('b')] });
    expect(outbox.unwrittenMs).toBeGreaterThanOrEqual(before);
    outbox.resume();
    expect(outbox.unwrittenMs).toBe(0);
  });

  it('reports that something is written only when it is, and keeps it', async () => {
    const file = newFile();
    const { outbox } = open(file);
    const written = new Promise<void>((resolve) =>
      outbox.write({
        deliveries: [delivery('a'), delivery('b')],
        calls: [{ callId: '1.1', state: { legs: 1 } }],
        written: resolve,
      }),
    );
    expect(outbox.pending()).toEqual([]);
    await written;
    outbox.close();
    const { outbox: again } = open(file);
    expect(again.pending().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(again.calls()).toEqual([{ legs: 1 }]);
  });

  it('never has a second row for one id, not even after it is settled', () => {
    const { outbox } = open(newFile());
    outbox.write({ deliveries: [delivery('a')] });
    outbox.flush();
    outbox.write({
      attempts: [attempt('a', 5)],
    });
    outbox.write({ deliveries: [delivery('a')] });
    outbox.flush();
    expect(outbox.pending()).toEqual([]);
  });

  it('gives a delivery out as it was written, and no more once another process has settled it', async () => {
    const file = newFile();
    const { outbox } = open(file);
    outbox.write({ deliveries: [delivery('a'), delivery('b'), delivery('never', { dead: 'its rule is suspended' })] });
    outbox.flush();
    expect(await outbox.read(delivery('a'))).toMatchObject(delivery('a'));
    // From the disk: the same.
    expect(await outbox.read(delivery('a'))).toEqual(delivery('a'));
    expect(await outbox.read(delivery('never'))).toBeUndefined();
    const beside = new DatabaseSync(file);
    beside.exec("UPDATE deliveries SET state = 'dead', settled_at = 2 WHERE id = 'b'");
    beside.close();
    expect(await outbox.read(delivery('b'))).toBeUndefined();
    // A row that was there is not taken for a new one.
    outbox.write({ deliveries: [delivery('b')] });
    outbox.flush();
    expect(await outbox.read(delivery('b'))).toBeUndefined();
  });

  it('gives out all that is pending and suspended when another process has changed it, what was written here included', async () => {
    const file = newFile();
    const { outbox } = open(file);
    outbox.write({ deliveries: [delivery('a'), delivery('b')] });
    outbox.flush();
    await outbox.restore();
    const beside = new DatabaseSync(file);
    beside.exec("UPDATE deliveries SET state = 'dead', settled_at = 2 WHERE id = 'a'");
    beside.exec("INSERT INTO suspended VALUES ('F', 7, 'HTTP 410')");
    beside.close();
    const now = new Promise<PendingWork>((changed, unreadable) =>
      outbox.onChangeByOtherProcess({ known: () => [], changed, unreadable }),
    );
    outbox.write({ deliveries: [delivery('c')] });
    const { pending, suspended } = await now;
    expect([pending.map(({ id }) => id), [...suspended]]).toEqual([['b', 'c'], ['F']]);
  });

  it('keeps what cannot be written, and writes it when there is room', () => {
    const said: string[] = [];
    const { outbox, database } = open(newFile(), said);
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const emitted: string[] = [];
    for (let n = 0; n < 40; n++)
      outbox.write({
        deliveries: [delivery(`d${n}`, { body: 'x'.repeat(1000) })],
        written: () => emitted.push(`d${n}`),
      });
    outbox.flush();
    expect(outbox.health).toMatchObject({ ok: false, waiting: 40, lost: 0 });
    expect(emitted).toEqual([]);
    database.exec('PRAGMA max_page_count = 100000');
    outbox.flush();
    expect(outbox.health).toMatchObject({ ok: true, waiting: 0, lost: 0 });
    expect(emitted).toHaveLength(40);
    expect(said).toEqual(['trouble 40 0', 'recovered 40']);
  });

  it('goes on with another file that holds the same, and waits until it can be opened', async () => {
    const said: string[] = [];
    const file = newFile();
    const { outbox } = open(file, said);
    outbox.write({ deliveries: [delivery('a')] });
    outbox.flush();
    outbox.pause('is paused');
    expect(outbox.health).toMatchObject({ ok: false, reason: 'is paused' });
    outbox.write({ deliveries: [delivery('b')] });
    outbox.flush();
    expect(outbox.pending().map(({ id }) => id)).toEqual(['a']);
    let isFull = true;
    outbox.reopen(() => {
      if (isFull) throw new Error('no room');
      return openOutbox(file, () => undefined);
    });
    expect(outbox.health).toEqual({ ok: false, reason: 'cannot be written (no room)', waiting: 1, lost: 0 });
    expect(outbox.prune(9, 0, 9)).toBe(0);
    isFull = false;
    outbox.flush();
    expect(outbox.health.ok).toBe(true);
    expect(outbox.pending().map(({ id }) => id)).toEqual(['a', 'b']);
    // What was known of the old connection's file is no longer taken for certain.
    expect(await outbox.read(delivery('a'))).toEqual(delivery('a'));
    expect(said).toEqual(['trouble 1 0', 'recovered 1']);
  });

  it('drops a change that can never be written, and only that one', () => {
    const said: string[] = [];
    const { outbox } = open(newFile(), said);
    outbox.write({ deliveries: [delivery('a')] });
    outbox.write({ deliveries: [delivery('b', { createdAt: 0.5 })] });
    outbox.write({ deliveries: [delivery('c')] });
    outbox.flush();
    expect(outbox.pending().map(({ id }) => id)).toEqual(['a', 'c']);
    expect(outbox.health).toMatchObject({ ok: true, waiting: 0, lost: 1 });
  });

  it.each([
    ['garbage', (file: string) => writeFileSync(file, 'no database at all'.repeat(1000))],
    ['cut', (file: string) => truncateSync(file, 3000)],
    ['without its rules that are suspended', (file: string) => harmPage(file, 'suspended')],
    ['without its history', (file: string) => harmPage(file, 'attempts')],
  ])('starts when its file is %s, and keeps the old one aside', (_, harm) => {
    const file = newFile();
    const first = open(file);
    first.outbox.write({ deliveries: [delivery('a')] });
    first.outbox.close();
    harm(file);
    const said: string[] = [];
    const { outbox } = open(file, said);
    expect(outbox.pending()).toEqual([]);
    expect(readdirSync(join(file, '..')).some((name) => name.startsWith('outbox.db.corrupt-'))).toBe(true);
    expect(said).toHaveLength(1);
  });

  it('refuses a file of a newer version, and leaves it alone', () => {
    const file = newFile();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => open(file)).toThrow('written by a newer version (schema 99');
    expect(readdirSync(join(file, '..')).some((name) => name.includes('corrupt'))).toBe(false);
  });

  it('belongs to one service', () => {
    const file = newFile();
    const unlock = lockOutbox(file);
    expect(() => lockOutbox(file)).toThrow('another call-events runs with the outbox');
    unlock();
    lockOutbox(file)();
  });

  it('forgets history by age and count, a few at a time, and nothing that is pending', () => {
    const { outbox } = open(newFile());
    for (let n = 0; n < 10; n++) {
      outbox.write({ deliveries: [delivery(`d${n}`)] });
      if (n < 8)
        outbox.write({
          attempts: [attempt(`d${n}`, n * 100)],
        });
    }
    outbox.flush();
    expect(outbox.prune(250, 100, 2)).toBe(2);
    expect(outbox.prune(250, 100, 2)).toBe(1);
    expect(outbox.prune(250, 100, 2)).toBe(0);
    expect(outbox.prune(0, 3, 10)).toBeGreaterThan(0);
    expect(outbox.pending()).toHaveLength(2);
  });

  it("forgets nothing while the disk is in trouble, and is in nobody's way", () => {
    const said: string[] = [];
    const { outbox, database } = open(newFile(), said);
    outbox.write({ deliveries: [delivery('a')], attempts: [attempt('a', 5)] });
    outbox.flush();
    // As a disk does that was mounted read-only after an error.
    database.exec('PRAGMA query_only = ON');
    expect(outbox.prune(100, 100, 10)).toBe(0);
    database.exec('PRAGMA query_only = OFF');
    expect(outbox.prune(100, 100, 10)).toBe(1);
    // A fault of our own is none of the disk's.
    database.exec('DROP TABLE deliveries');
    expect(() => outbox.prune(100, 100, 10)).toThrow('no such table');
    expect(said).toEqual([]);
  });
});
