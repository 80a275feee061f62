import { expect, it } from '@jest/globals';
import { createLog } from '../src/log.ts';
import { printable, printableJson, printableLine } from '../src/printable.ts';

const NASTY = '\x1b]0;PWNED\x07\x00\x7f\x9b2J\u202e\r\n\té\u200d';

it('control characters are shown', () => {
  expect(printable(NASTY)).toBe('\\x1b]0;PWNED\\x07\\x00\\x7f\\x9b2J\\u202e\\x0d\n\té\u200d');
  expect(printableLine('a\n\x85b\u2028')).toBe('a\\x0a\\x85b\\u2028');
});

it('JSON without raw control characters is of the same value', () => {
  const json = printableJson(JSON.stringify({ a: NASTY }));
  expect(json).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(JSON.parse(json)).toEqual({ a: NASTY });
});

it.each(['json', 'journal', 'terminal', 'text'] as const)('a line of the log cannot steer a terminal: %s', (format) => {
  let written = '';
  const log = createLog('info', format, [], (text) => {
    written += text;
  });
  log.warn({ number: NASTY }, NASTY);
  // The colours are ours.
  expect(written.replaceAll(/\p{Cc}\[\d+m/gu, '')).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
  expect(written).toMatch(format === 'json' ? /"msg":"\\u001b]0;PWNED\\u0007/ : /\\x1b\]0;PWNED\\x07/);
});
