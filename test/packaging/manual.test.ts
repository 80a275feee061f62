import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { manual } from '../../packaging/manual/manual.ts';
import { fromMarkdown, text, words } from '../../packaging/manual/mdoc.ts';
import { referenceSections } from '../../src/config/schema/reference.ts';

const pages = manual('1.2.3', 1_795_000_000);

describe('the manual pages', () => {
  it('are of the version and the day', () => {
    for (const page of [pages['call-events.1'], pages['call-events.yaml.5']]) {
      expect(page).toMatch(/^\.Dd November 18, 2026\n/);
      expect(page).toMatch(/^\.Os "call\\-events 1\.2\.3"$/m);
    }
  });

  it('have every command, the nested ones too, and its options', () => {
    const page = pages['call-events.1'];
    for (const command of ['run', 'check', 'replay', 'deliveries list', 'deliveries resume'])
      expect(page).toMatch(new RegExp(`^\\.It Cm "?(\\\\&)?${command}"?$`, 'm'));
    expect(page).toMatch(/^\.It Fl c , Fl \\-config Ar file$/m);
    expect(page.replaceAll(/\s+/g, ' ')).toMatch(/\(left out: config\.yaml, else \/etc\/call\\-events\/config\.yaml\)/);
  });

  it('have every key of config.yaml', () => {
    const page = pages['call-events.yaml.5'];
    for (const { keys } of referenceSections())
      for (const { key } of keys) expect(page).toMatch(new RegExp(`^\\.It Ic (\\\\&)?${key}$`, 'm'));
  });
});

describe('mdoc', () => {
  it.each([
    ['a backslash is printed', text('a\\b'), 'a\\eb'],
    ['a line that begins with a dot is no request', text('.Sh'), '\\&.Sh'],
    ['a sentence is a line', text('One. Two'), 'One.\nTwo'],
    ['a hyphen can be copied', text('--config'), '\\-\\-config'],
    ['a word is no macro', words('Ar', 'did', 'long'), '\\&Ar \\&did long'],
    ['what has a blank is one word', words('a "b" c'), '"a ""b"" c"'],
    ['code is bold', fromMarkdown('use `a-b`'), 'use \\fBa\\-b\\fR'],
  ])('%s', (_, made, expected) => {
    expect(made).toBe(expected);
  });

  it('breaks long sentences', () => {
    const lines = text('word '.repeat(60).trim()).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines.join(' ')).toBe('word '.repeat(60).trim());
  });
});

describe('the completion for bash', () => {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-completion-'));
  const script = join(directory, 'completion');
  writeFileSync(script, pages.completion);
  writeFileSync(join(directory, 'call.log'), '');

  /** What bash offers for the last of these words. */
  function offered(...line: string[]): string[] {
    const typed = `COMP_WORDS=(call-events ${line.map((word) => `'${word}'`).join(' ')})`;
    const asked = `source '${script}'; compopt() { :; }; ${typed}; COMP_CWORD=${line.length}; _call_events; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const answer = execFileSync('bash', ['-c', asked], { encoding: 'utf8', cwd: directory });
    return answer.split('\n').filter((word) => word !== '');
  }

  it.each([
    ['commands', ['de'], ['deliver', 'deliveries', 'demo']],
    ['commands below commands', ['deliveries', 'r'], ['retry', 'resume']],
    ['the options of a command', ['replay', '--e'], ['--explain']],
    ['the options of a command below a command', ['deliveries', 'list', '--li'], ['--limit']],
    ['options after an option with a value', ['deliveries', 'list', '--state', 'dead', '--js'], ['--json']],
    ['files where a file is wanted', ['check', '--config', 'ca'], ['call.log']],
    ['files as arguments of replay', ['replay', 'ca'], ['call.log']],
    ['nothing where a number is wanted', ['deliveries', 'list', '--limit', ''], []],
  ])('offers %s', (_, line, expected) => {
    expect(offered(...line)).toEqual(expected);
  });
});
