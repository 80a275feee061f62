import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SRC = join(import.meta.dirname, '../src');

/** What each folder may import from, besides itself. Data flows ami → calls → rules → delivery, and nothing flows back. */
const MAY_IMPORT: Record<string, string[]> = {
  config: [],
  ami: ['config'],
  calls: ['config', 'ami'],
  rules: ['config', 'calls'],
  delivery: ['config', 'calls', 'rules'],
  metrics: ['config', 'ami', 'calls', 'rules', 'delivery'],
  systemd: [],
  service: ['config', 'ami', 'calls', 'rules', 'delivery', 'metrics', 'log.ts'],
  'service.ts': ['config', 'ami', 'calls', 'rules', 'delivery', 'metrics', 'log.ts', 'service'],
  cli: ['config', 'ami', 'calls', 'rules', 'delivery', 'systemd', 'log.ts', 'service.ts'],
  'log.ts': ['delivery'],
  'main.ts': ['cli'],
};

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const stageOf = (file: string) => relative(SRC, file).split('/')[0] ?? '';

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  const pattern = /(?:^|\n)(?:import|export)\s+(type\s+)?(?:[^'";]*?from\s+)?'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;
  for (const [, type, path, dynamic] of text.matchAll(pattern)) {
    found.push({ from: file, to: join(dirname(file), path ?? dynamic ?? ''), typeOnly: type !== undefined });
  }
  return found;
}

const imports = globSync('**/*.ts', { cwd: SRC }).flatMap((file) => importsOf(join(SRC, file)));

describe('the stages', () => {
  it('import only from the stages before them', () => {
    const wrong = imports.filter(({ from, to }) => {
      const stage = stageOf(from);
      return stage !== stageOf(to) && !MAY_IMPORT[stage]?.includes(stageOf(to));
    });
    expect(wrong.map(({ from, to }) => `${relative(SRC, from)} imports ${relative(SRC, to)}`)).toEqual([]);
    expect(imports.length).toBeGreaterThan(50);
  });

  it('take nothing but types and constants of events from ami into calls', () => {
    const wrong = imports.filter(
      ({ from, to }) => stageOf(from) === 'calls' && stageOf(to) === 'ami' && relative(SRC, to) !== 'ami/events.ts',
    );
    expect(wrong).toEqual([]);
  });

  it('leave calls without input, output or a clock', () => {
    for (const file of globSync('calls/*.ts', { cwd: SRC })) {
      const text = readFileSync(join(SRC, file), 'utf8');
      expect([
        file,
        text.match(/Date\.now|new Date|from 'node:|setTimeout|setInterval|process\.|Math\.random/g),
      ]).toEqual([file, null]);
    }
  });

  it('check the version of Node before anything that needs it', () => {
    const main = readFileSync(join(SRC, 'main.ts'), 'utf8');
    expect(main).not.toMatch(/^import /m);
  });
});
