import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { keepLastGood, lastGoodPath, outboxPathDespiteProblems, readLastGood } from '../../src/config/last-good.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const { path: DIRECTORY } = temporaryDirectory();
let directories = 0;
function newDirectory(): string {
  const directory = join(DIRECTORY, String(directories++));
  mkdirSync(directory);
  return directory;
}

describe('the configuration that was applied last', () => {
  it('is given back as it was, for its own file only, and nobody else may read it', async () => {
    const directory = newDirectory();
    const path = lastGoodPath(join(directory, 'outbox.db'));
    const source = 'extensions: {}\n# without a line end';
    await keepLastGood(path, 'config.yaml', 'old: 1');
    await keepLastGood(path, 'config.yaml', source);
    expect(readLastGood(path, 'config.yaml')).toBe(source);
    expect(readLastGood(path, 'other.yaml')).toBeUndefined();
    expect(readLastGood(join(directory, 'missing'), 'config.yaml')).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is not half of one when it cannot be written', async () => {
    const path = join(newDirectory(), 'outbox.db.config.yaml');
    await keepLastGood(path, 'config.yaml', 'good: 1');
    mkdirSync(`${path}.new`);
    await expect(keepLastGood(path, 'config.yaml', 'better: 1')).rejects.toThrow('EISDIR');
    expect(readLastGood(path, 'config.yaml')).toBe('good: 1');
  });

  it.each([
    ['extensions: [\noutbox: /var/lib/x/outbox.db\n', '/var/lib/x/outbox.db'],
    ['outbox: "/a b/c.db" # here\n\tbroken', '/a b/c.db'],
    ["outbox: '/a#b.db'", '/a#b.db'],
    ['outbox: /a/b.db   # here', '/a/b.db'],
    ['extensions: {}', '/state/outbox.db'],
  ])('is looked for where the outbox is: %j', (text, outbox) => {
    const file = join(newDirectory(), 'config.yaml');
    writeFileSync(file, text);
    expect(outboxPathDespiteProblems(file, { STATE_DIRECTORY: '/state' })).toBe(outbox);
  });

  it('is looked for where it is without the key, when config.yaml is gone', () => {
    expect(outboxPathDespiteProblems('/missing/config.yaml', {})).toBe('./call-events.db');
  });
});
