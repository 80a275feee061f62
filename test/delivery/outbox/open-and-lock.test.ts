import { copyFileSync, linkSync, mkdirSync, mkdtempSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type OpenedOutbox, openAndLockOutbox } from '../../../src/delivery/outbox/open-and-lock.ts';
import { createLog } from '../../../src/log.ts';
import { delivery } from '../../helpers/delivery.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const { path: temporary } = temporaryDirectory();
const opened: OpenedOutbox[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const log = createLog('info', 'json', [], () => undefined);
const directory = () => mkdtempSync(join(temporary, 'acquired-'));

async function open(path: string): Promise<OpenedOutbox> {
  const one = await openAndLockOutbox(path, log, new AbortController().signal, () => undefined);
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
    const first = await open(file);
    link(file, name, folder);
    await expect(open(name)).rejects.toThrow(IN_USE);
    await close(first);
    const second = await open(name);
    await expect(open(file)).rejects.toThrow(IN_USE);
    await close(second);
    await open(file);
  });

  it('is locked where a link leads that leads nowhere yet', async () => {
    const folder = directory();
    const [file, name] = [join(folder, 'outbox.db'), join(folder, 'name.db')];
    symlinkSync('outbox.db', name);
    await open(name);
    await expect(open(file)).rejects.toThrow(IN_USE);
  });
});

it("is said to have ended by a cut index of its log when it did, and not after another's kill", async () => {
  const folder = directory();
  const lines: string[] = [];
  const logged = createLog('info', 'json', [], (line) => lines.push(JSON.parse(line).msg));
  const first = await open(join(folder, 'outbox.db'));
  first.outbox.write({ deliveries: [delivery('a')] });
  await first.outbox.flush();
  for (const [name, isCut] of [
    ['killed.db', false],
    ['cut.db', true],
  ] as const) {
    const path = join(folder, name);
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(join(folder, `outbox.db${suffix}`), path + suffix);
    if (isCut) truncateSync(`${path}-shm`);
    const next = await openAndLockOutbox(path, logged, new AbortController().signal, () => undefined);
    expect((await next?.outbox.restore())?.pending).toHaveLength(1);
    await next?.close();
  }
  expect(lines).toEqual([expect.stringMatching(/cut\.db-shm was cut while the last run used it/)]);
});
