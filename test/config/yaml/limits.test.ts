import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/config/load.ts';
import { overLimits } from '../../../src/config/yaml/limits.ts';

const nested = (depth: number) => Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:`).join('\n');

describe('a text that is too much for the readers of YAML', () => {
  it('is reported by its levels, in the line where there are too many', () => {
    expect(overLimits(nested(100))).toBeUndefined();
    expect(overLimits(nested(101))).toMatchObject({ line: 101, column: 1 });
    expect(() => parseConfig(nested(6000), 'config.yaml')).toThrow(
      'config.yaml:101:1: maps and lists stand within each other more than 100 deep',
    );
  });

  it('is reported by a line without end', () => {
    const source = `notes: a\nb: ${'x'.repeat(1_000_001)}\n`;
    expect(() => parseConfig(source, 'config.yaml')).toThrow(
      'config.yaml:2:1: this line has 1000004 characters; at most 1000000 are read',
    );
  });

  it.each([
    ['maps', `a: ${'{a: '.repeat(20_000)}${'}'.repeat(20_000)}`],
    ['lists', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['dashes', `a:\n  ${'- '.repeat(20_000)}a`],
  ])('is a problem with a place, and no exception: %s in one line', (_, source) => {
    expect(() => parseConfig(source, 'config.yaml')).toThrow(/^config\.yaml:\d+:\d+: .*deep/);
  });

  it('is none that returns to the left: ten thousand extensions', () => {
    const source = Array.from({ length: 10_000 }, (_, n) => `  "${n}":\n    did: "${n}"\n`).join('');
    expect(overLimits(`extensions:\n${source}`)).toBeUndefined();
  });
});
