import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from '@jest/globals';
import { delivery } from '../../helpers/delivery.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';
import { keepOutbox } from './kept-outbox.ts';

const { path: temporary } = temporaryDirectory();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function kept() {
  const one = keepOutbox(join(mkdtempSync(join(temporary, 'kept-')), 'outbox.db'));
  closing.push(() => one.keeper.close());
  return one;
}

/**
 * Closes the descriptor that the file is checked by, the one that only reads: each check fails then, as on a network
 * disk that has forgotten the file. @returns what opens it again
 */
function breakChecks(path: string): () => void {
  const isOurs = (fd: string) => {
    try {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
      return readlinkSync(`/proc/self/fd/${fd}`) === realpathSync(path) && (Number.parseInt(flags, 8) & 3) === 0;
    } catch {
      return false;
    }
  };
  const descriptor = Number(readdirSync('/proc/self/fd').find(isOurs));
  closeSync(descriptor);
  return () => {
    const others: number[] = [];
    for (let opened = openSync(path, 'r'); opened !== descriptor; opened = openSync(path, 'r')) others.push(opened);
    for (const other of others) closeSync(other);
  };
}

function idsAt(path: string): string[] {
  const beside = new DatabaseSync(path, { readOnly: true });
  const rows = beside.prepare('SELECT id FROM deliveries ORDER BY seq').all();
  beside.close();
  return rows.map(({ id }) => String(id));
}

it('counts nothing as lost that is on disk when the check after the commit fails', async () => {
  const { path, said, outbox, keeper } = kept();
  const written: string[] = [];
  let mend: (() => void) | undefined;
  outbox.write({
    deliveries: [delivery('first')],
    // Read within the transaction.
    get facts() {
      mend ??= breakChecks(path);
      return {};
    },
    written: () => written.push('first'),
  });
  outbox.flush();
  expect(written).toEqual(['first']);
  expect(outbox.health).toMatchObject({ ok: false, reason: expect.stringContaining('EBADF'), waiting: 0, lost: 0 });
  mend?.();
  await keeper.check();
  expect(outbox.health).toMatchObject({ ok: true, lost: 0 });
  expect(said).toEqual([expect.stringContaining('EBADF'), `the outbox ${path} is as it should be again`]);
  expect(idsAt(path)).toEqual(['first']);
});

it('goes on while its file cannot be checked, and says so once', async () => {
  const { path, said, outbox, keeper } = kept();
  const written: string[] = [];
  const mend = breakChecks(path);
  for (const id of ['first', 'second']) {
    outbox.write({ deliveries: [delivery(id)], written: () => written.push(id) });
    outbox.flush();
  }
  expect(written).toEqual(['first', 'second']);
  expect(await outbox.read(delivery('first'))).toEqual(delivery('first'));
  expect(outbox.prune(1000, 10, 10)).toBe(0);
  await keeper.check();
  expect(said).toEqual([expect.stringContaining('EBADF')]);
  mend();
  await keeper.check();
  expect(outbox.health).toMatchObject({ ok: true, lost: 0 });
});
