import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HistoryError } from '../../../../src/delivery/history/history-error.ts';
import { HistoryClient } from '../../../../src/delivery/outbox/history/history-client.ts';
import { openOutbox } from '../../../../src/delivery/outbox/open-outbox.ts';
import { insertRows } from '../../../helpers/outbox-rows.ts';
import { temporaryDirectory } from '../../../helpers/temporary.ts';

const directory = temporaryDirectory();
const threads: HistoryClient[] = [];
afterEach(async () => {
  for (const one of threads.splice(0)) await one.close();
});
const threadOf = (path: string) => {
  const one = new HistoryClient(path);
  threads.push(one);
  return one;
};
const outboxWith = (name: string, id: string) => {
  const path = join(directory.path, name);
  const database = openOutbox(path, () => undefined);
  insertRows(database, [{ id }]);
  database.close();
  return path;
};

describe('the thread that reads the history', () => {
  it('says that it cannot read an outbox that is not there, and reads it once it is', async () => {
    const path = join(directory.path, 'later.db');
    const history = threadOf(path);
    await expect(history.page({}, 10)).rejects.toThrow(HistoryError);
    outboxWith('later.db', 'one');
    expect((await history.page({}, 10)).rows).toMatchObject([{ id: 'one' }]);
  });

  it('says so of a file that is none', async () => {
    const path = join(directory.path, 'none.db');
    writeFileSync(path, 'x'.repeat(10_000));
    await expect(threadOf(path).minutes()).rejects.toThrow('the outbox cannot be read: file is not a database');
  });

  it('follows a file that was put in the place of the other', async () => {
    const history = threadOf(outboxWith('first.db', 'first'));
    expect((await history.page({}, 10)).rows).toMatchObject([{ id: 'first' }]);
    const other = outboxWith('other.db', 'other');
    const database = new DatabaseSync(other);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    for (const suffix of ['-wal', '-shm']) rmSync(join(directory.path, `first.db${suffix}`), { force: true });
    renameSync(other, join(directory.path, 'first.db'));
    expect((await history.page({}, 10)).rows).toMatchObject([{ id: 'other' }]);
  });

  it('ends, and may be asked to again', async () => {
    const history = threadOf(outboxWith('ends.db', 'one'));
    await history.targets();
    await Promise.all([history.close(), history.close()]);
    await expect(history.targets()).rejects.toThrow('the service is stopping');
  });
});
