import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { csvOf } from '../../../src/web/render/csv.ts';
import { curlOf } from '../../../src/web/render/curl.ts';

/** The words that a shell makes of a line, without running it. */
const wordsOf = (line: string) =>
  execFileSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }; ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

describe('a request as a line for curl', () => {
  it.each([
    'plain',
    `it's "quoted" $(id) \`id\` $HOME \\ !x ; & | > <`,
    'two\nlines\r\n and a tab\t',
    "\u001b[2J \u0007 it's \\ over",
    '@/etc/passwd',
    '-o/tmp/x',
    'Zoë 🎉',
  ])('keeps %j as it is', (text) => {
    const line = curlOf({ method: 'POST', url: `http://crm/?[a]=${text}`, headers: { 'X-A': text }, body: text });
    expect(wordsOf(line)).toEqual([
      '--globoff',
      '--request',
      'POST',
      '--url',
      `http://crm/?[a]=${text}`,
      '--header',
      `X-A: ${text}`,
      '--data-raw',
      text,
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey them.
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('has no body for a GET', () => {
    expect(curlOf({ method: 'GET', url: 'http://crm/', headers: {}, body: undefined })).toBe(
      'curl --globoff --request GET \\\n  --url http://crm/',
    );
  });
});

it('CSV has formulas as text, and numbers as they are', () => {
  expect(csvOf([['=1+1', '+31612345678', '-1', '@x', 'a,b', 'say "hi"', 3, undefined, '+3 → 101', 'x\u001b\ny']])).toBe(
    `"'=1+1",+31612345678,-1,"'@x","a,b","say ""hi""",3,,"'+3 → 101",x\\x1b\\x0ay\r\n`,
  );
});
