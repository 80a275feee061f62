import { linkSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { acquireOutbox, type OpenedOutbox } from '../../../src/delivery/outbox/acquire.ts';
import { createLog } from '../../../src/log.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const { path: temporary } = temporaryDirectory();
const opened: OpenedOutbox[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const log = createLog('info', false, [], () => undefined);
const directory = () => mkdtempSync(join(temporary, 'acquired-'));

async function acquire(path: string): Promise<OpenedOutbox> {
  const one = await acquireOutbox(path, log, new AbortController().signal, () => undefined);
  if (one === undefined) throw new Error('aborted');
  opened.push(one);
  return one;
}

const close = async (one: OpenedOutbox) => {
  opened.splice(opened.indexOf(one), 1);
  await one.close();
};

const IN_USE = 'another call-events runs with the outbox';

describe('one outbox under two names', () => {
  it.each<[string, (file: string, name: string, folder: string) => void]>([
    ['a symbolic link', (file, name) => symlinkSync(file, name)],
    ['a hard link', (file, name) => linkSync(file, name)],
    [
      'a hard link in another folder, through a link to that',
      (file, name, folder) => {
        const other = join(folder, 'other');
        mkdirSync(other);
        linkSync(file, join(other, 'same.db'));
        symlinkSync('other/same.db', name);
      },
    ],
  ])('is used by one service: %s', async (_, link) => {
    const folder = directory();
    const [file, name] = [join(folder, 'outbox.db'), join(folder, 'name.db')];
    const first = await acquire(file);
    link(file, name, folder);
    await expect(acquire(name)).rejects.toThrow(IN_USE);
    await close(first);
    const second = await acquire(name);
    await expect(acquire(file)).rejects.toThrow(IN_USE);
    await close(second);
    await acquire(file);
  });

  it('is locked where a link leads that leads nowhere yet', async () => {
    const folder = directory();
    const [file, name] = [join(folder, 'outbox.db'), join(folder, 'name.db')];
    symlinkSync('outbox.db', name);
    await acquire(name);
    await expect(acquire(file)).rejects.toThrow(IN_USE);
  });
});
