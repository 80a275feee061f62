import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const ROOMS = globSync('*/', { cwd: SRC }).map((room) => room.replace(/\/$/, ''));
const SOURCE = globSync('**/*.ts', { cwd: SRC })
  .map((file) => readFileSync(join(SRC, file), 'utf8'))
  .join('\n');

describe('docs/architecture.md', () => {
  it('names no file and no folder that is not there', () => {
    const named = PAGE.match(new RegExp(`\\b(?:${ROOMS.join('|')})/[a-z0-9/-]*(?:\\.ts)?`, 'g')) ?? [];
    expect(named.filter((path) => !existsSync(join(SRC, path)))).toEqual([]);
    expect(named.length).toBeGreaterThan(40);
    const alone = [...PAGE.matchAll(/(?<![./\w-])([a-z0-9-]+\.ts)\b/g)].map(([, file = '']) => file);
    expect(alone.filter((file) => globSync(`**/${file}`, { cwd: SRC }).length === 0)).toEqual([]);
  });

  it('has a row for every room', () => {
    const rows = [...PAGE.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, room]) => room);
    expect(rows.sort()).toEqual(ROOMS.sort());
  });

  it('names no class, type or constant that is not there', () => {
    const named = [...PAGE.matchAll(/`([A-Z]\w+)(?:\.(\w+))?`/g)].flatMap(([, name = '', member]) =>
      member === undefined ? [name] : [name, member],
    );
    expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(SOURCE))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });
});
