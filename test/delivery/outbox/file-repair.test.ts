import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OutboxFileRepair } from '../../../src/delivery/outbox/file-repair.ts';
import { lockOutbox } from '../../../src/delivery/outbox/lock-outbox.ts';
import { pendingOf } from '../../../src/delivery/pending-delivery.ts';
import { delivery } from '../../helpers/delivery.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';
import { keepOutbox } from './kept-outbox.ts';

const { path: temporary } = temporaryDirectory();
const opened: OutboxFileRepair[] = [];
afterEach(async () => {
  for (const keeper of opened.splice(0)) await keeper.close();
});

const ATTEMPT = { at: 5, durationMs: 1, status: 503, reason: undefined, answer: undefined, refusals: 0 };

/** An outbox as the service has it, with one delivery pending. */
function kept(directory = mkdtempSync(join(temporary, 'kept-'))) {
  const { path, said, outbox, keeper } = keepOutbox(join(directory, 'outbox.db'));
  opened.push(keeper);
  const add = (id: string) => {
    outbox.write({ deliveries: [delivery(id)], calls: [{ callId: id, state: { legs: 1 } }] });
    outbox.flush();
  };
  add('first');
  return { directory, path, said, outbox, keeper, add };
}

/** What the next start would find at the path, and whether it is whole. */
function pendingAt(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    return database
      .prepare("SELECT id FROM deliveries WHERE state = 'pending' ORDER BY seq")
      .all()
      .map(({ id }) => String(id));
  } finally {
    database.close();
  }
}

describe('an outbox whose files are taken away while it is in use', () => {
  it('is left alone while they are where they were', async () => {
    const { path, said, keeper, add } = kept();
    await keeper.check();
    const beside = new DatabaseSync(path);
    beside.exec("UPDATE deliveries SET extension = '102'; PRAGMA wal_checkpoint(TRUNCATE)");
    beside.close();
    add('second');
    await keeper.check();
    expect(said).toEqual([]);
  });

  it.each<[string, (path: string, directory: string) => void]>([
    ['deleted', (path) => rmSync(path)],
    ['renamed', (path) => renameSync(path, `${path}.old`)],
    ['deleted with all beside it', (path) => ['', '-wal', '-shm', '.lock'].map((suffix) => rmSync(path + suffix))],
    ['deleted with its directory', (_, directory) => rmSync(directory, { recursive: true })],
  ])('is brought back when its file was %s, with all that was written before and after', async (_, takeAway) => {
    const { directory, path, said, outbox, keeper, add } = kept();
    takeAway(path, directory);
    add('not noticed yet');
    await keeper.check();
    expect(said).toEqual(expect.arrayContaining([`the outbox ${path} is back; nothing was lost`]));
    expect(outbox.health).toEqual({ ok: true, reason: undefined, waiting: 0, lost: 0 });
    add('later');
    expect(pendingAt(path)).toEqual(['first', 'not noticed yet', 'later']);
    expect(outbox.pending().map(({ id }) => id)).toEqual(['first', 'not noticed yet', 'later']);
    expect(await outbox.read(delivery('first'))).toEqual(delivery('first'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => lockOutbox(path)).toThrow('another call-events runs with the outbox');
    const logged = said.length;
    await keeper.check();
    await keeper.close();
    expect(said).toHaveLength(logged);
    expect(
      readdirSync(directory)
        .filter((name) => !name.endsWith('.old'))
        .sort(),
    ).toEqual(['outbox.db', 'outbox.db.lock']);
    expect(pendingAt(path)).toEqual(['first', 'not noticed yet', 'later']);
  });

  it('keeps what comes while it is copied, and writes it to the new file', async () => {
    const { path, outbox, keeper, add } = kept();
    rmSync(path);
    let looked = false;
    const looking = keeper.check().then(() => {
      looked = true;
    });
    while (!looked && !existsSync(`${path}.restoring`)) await new Promise((resolve) => setImmediate(resolve));
    add('meanwhile');
    expect(outbox.health).toMatchObject({ ok: false, reason: 'is brought back: its file was taken away', waiting: 1 });
    expect(outbox.prune(1000, 0, 10)).toBe(0);
    await looking;
    expect(outbox.health.waiting).toBe(0);
    expect(pendingAt(path)).toEqual(['first', 'meanwhile']);
  });

  it('has a log of its own, whatever is still written by a command that has the deleted file open', async () => {
    const { path, keeper, add } = kept();
    const beside = new DatabaseSync(path);
    const discard = beside.prepare("UPDATE deliveries SET state = 'dead', settled_at = 1");
    rmSync(path);
    await keeper.check();
    add('second');
    discard.run();
    add('third');
    beside.close();
    await keeper.close();
    expect(pendingAt(path)).toEqual(['first', 'second', 'third']);
  });

  it('is brought back when its file was deleted just before the end', async () => {
    const { path, keeper } = kept();
    rmSync(path);
    await keeper.close();
    expect(pendingAt(path)).toEqual(['first']);
  });

  it.each(['-wal', '-shm'])('is opened anew when its %s is gone, with all that was in it', async (suffix) => {
    const { path, said, keeper, add } = kept();
    rmSync(path + suffix);
    add('second');
    await keeper.check();
    expect(said).toEqual([
      `${path}-wal or ${path}-shm was taken away while it was in use; nothing was lost. Leave them alone`,
    ]);
    expect(existsSync(path + suffix)).toBe(true);
    add('third');
    await keeper.check();
    expect(said).toHaveLength(1);
    expect(pendingAt(path)).toEqual(['first', 'second', 'third']);
  });

  it('loses nothing of its log while a command has the outbox open', async () => {
    const { path, keeper, add } = kept();
    const script = `const { DatabaseSync } = require('node:sqlite');
      const beside = new DatabaseSync(process.argv[1]);
      console.log(beside.prepare('SELECT count(*) AS rows FROM deliveries').get().rows);
      process.stdin.resume()`;
    const command = spawn(process.execPath, ['-e', script, path], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(command.stdout, 'data');
    rmSync(`${path}-wal`);
    add('second');
    await keeper.check();
    command.kill('SIGKILL');
    await once(command, 'exit');
    expect(pendingAt(path)).toEqual(['first', 'second']);
  });

  it('overwrites nothing that somebody else has put there, says so, and goes on sending', async () => {
    const { path, said, outbox, keeper, add } = kept();
    rmSync(path);
    writeFileSync(path, 'of somebody else');
    await keeper.check();
    await keeper.check();
    expect(readFileSync(path, 'utf8')).toBe('of somebody else');
    const reason = `another file was put in the place of ${path}. Move it away, and the outbox is brought back`;
    expect(said).toEqual([`the outbox is at risk: ${reason}. What is pending is lost if the service ends before`]);
    expect(outbox.health).toEqual({ ok: false, reason: `is at risk: ${reason}`, waiting: 0, lost: 0 });
    add('second');
    expect(outbox.pending()).toHaveLength(2);
    renameSync(path, `${path}.theirs`);
    await keeper.check();
    expect(outbox.health.ok).toBe(true);
    expect(said.at(-1)).toBe(`the outbox ${path} is as it should be again`);
    expect(pendingAt(path)).toEqual(['first', 'second']);
    expect(readFileSync(`${path}.theirs`, 'utf8')).toBe('of somebody else');
  });

  it('goes on writing when it cannot be brought back, and tries again', async () => {
    const { path, said, outbox, keeper, add } = kept();
    rmSync(path);
    // Nothing to be seen, and nothing can be put there.
    symlinkSync('nowhere', path);
    await keeper.check();
    expect(outbox.health).toMatchObject({ ok: false, reason: expect.stringContaining('EEXIST') });
    add('second');
    expect(outbox.health.waiting).toBe(0);
    expect(said.filter((line) => line.startsWith('the outbox is at risk'))).toHaveLength(1);
    rmSync(path);
    await keeper.check();
    expect(outbox.health.ok).toBe(true);
    expect(pendingAt(path)).toEqual(['first', 'second']);
  });

  it('says so when another service has taken the lock that was deleted', async () => {
    const { path, outbox, keeper } = kept();
    rmSync(`${path}.lock`);
    const unlock = lockOutbox(path);
    await keeper.check();
    expect(outbox.health.reason).toContain('another call-events runs with the outbox');
    unlock();
    await keeper.check();
    expect(outbox.health.ok).toBe(true);
    expect(() => lockOutbox(path)).toThrow('another call-events runs with the outbox');
  });
});

/** Another database, as a backup of something. */
function otherDatabase(path: string): string {
  const other = `${path}.other`;
  const database = new DatabaseSync(other);
  database.exec('CREATE TABLE t (a)');
  database.close();
  return other;
}

describe('an outbox whose file is cut or overwritten in place while it is in use', () => {
  const HARMS: [string, (path: string) => void][] = [
    ['emptied', (path) => truncateSync(path)],
    ['cut in half', (path) => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096)],
    ['cut in its header', (path) => truncateSync(path, 50)],
    ['overwritten by garbage', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size, 0x55))],
    ['overwritten by another database', (path) => copyFileSync(otherDatabase(path), path)],
  ];

  it.each(HARMS)('goes on in a new file with all that is pending: %s', async (_, harm) => {
    const { directory, path, said, outbox, keeper, add } = kept();
    await outbox.restore();
    // In the file itself, and not in its log alone.
    const beside = new DatabaseSync(path);
    beside.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    beside.close();
    outbox.write({
      facts: { startup: 'then' },
      suspend: { ruleId: 'F', since: 7, reason: 'HTTP 410' },
      attempts: [{ ...ATTEMPT, callId: '1.1', id: 'first', number: 1, outcome: 'retry', nextAt: 99 }],
    });
    outbox.flush();
    harm(path);
    add('not noticed yet');
    expect(outbox.health).toMatchObject({ ok: false, reason: expect.stringContaining('cut or overwritten') });
    await keeper.check();
    expect(said).toContainEqual(expect.stringContaining('is back; nothing that is pending was lost'));
    expect(said.filter((line) => line.includes('disk full'))).toEqual([]);
    expect(outbox.health).toEqual({ ok: true, reason: undefined, waiting: 0, lost: 0 });
    add('later');
    expect(pendingAt(path)).toEqual(['first', 'not noticed yet', 'later']);
    expect(await outbox.restore()).toMatchObject({
      calls: [{ legs: 1 }, { legs: 1 }, { legs: 1 }],
      suspended: new Set(['F']),
      facts: { startup: 'then' },
    });
    expect(await outbox.read(delivery('first'))).toEqual(delivery('first'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await keeper.close();
    expect(pendingAt(path)).toEqual(['first', 'not noticed yet', 'later']);
    expect(readdirSync(directory).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('is reported from an older copy of itself', async () => {
    const { path, said, outbox, keeper, add } = kept();
    const empty = () => {
      const beside = new DatabaseSync(path);
      beside.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      beside.close();
    };
    empty();
    copyFileSync(path, `${path}.backup`);
    // More than SQLite keeps in its log.
    for (let n = 0; n < 3; n++) {
      outbox.write({ facts: { [`big${n}`]: 'x'.repeat(5_000_000) } });
      outbox.flush();
    }
    add('second');
    empty();
    copyFileSync(`${path}.backup`, path);
    await keeper.check();
    expect(said).toContainEqual(expect.stringContaining('is back; nothing that is pending was lost'));
    expect(pendingAt(path)).toEqual(['first', 'second']);
  });

  it('is left alone by what the owner may do: a checkpoint, a VACUUM', async () => {
    const { path, said, outbox, keeper, add } = kept();
    for (let n = 0; n < 50; n++) add(`${n}`);
    const beside = new DatabaseSync(path);
    beside.exec("DELETE FROM deliveries WHERE id <> 'first'; PRAGMA wal_checkpoint(TRUNCATE)");
    await keeper.check();
    beside.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    beside.close();
    await keeper.check();
    add('later');
    expect([said, outbox.health.ok]).toEqual([[], true]);
  });

  it('takes from the service what is pending, with its attempts, and says what was in the file alone', async () => {
    const { path, said, outbox, keeper, add } = kept();
    add('second');
    const known = [
      {
        ...pendingOf(delivery('second')),
        attempts: 3,
        refusals: 1,
        nextAt: 99,
        windowStartedAt: 50,
        attemptsBeforeWindow: 2,
      },
      pendingOf(delivery('never written')),
    ];
    outbox.onChangeByOtherProcess({ known: () => known, changed: () => undefined, unreadable: () => undefined });
    truncateSync(path);
    await keeper.check();
    expect(said.at(-1)).toContain('is back, and 1 pending deliveries ARE LOST');
    expect(outbox.health.lost).toBe(1);
    expect(outbox.pending()).toEqual([known[0]]);
  });

  it('has what an earlier run has left pending, too', async () => {
    const { directory, path, keeper, add } = kept();
    add('second');
    await keeper.close();
    const next = kept(directory);
    await next.outbox.restore();
    truncateSync(path);
    await next.keeper.check();
    expect(next.said.at(-1)).toContain('nothing that is pending was lost');
    expect(pendingAt(path)).toEqual(['first', 'second']);
  });

  it('gives out no delivery as discarded when it was only overwritten', async () => {
    const { path, outbox, keeper } = kept();
    copyFileSync(otherDatabase(path), path);
    await expect(outbox.read({ callId: '1.1', id: 'unknown' })).rejects.toThrow('overwritten');
    await keeper.check();
    expect(await outbox.read({ callId: '1.1', id: 'unknown' })).toBeUndefined();
  });
});
