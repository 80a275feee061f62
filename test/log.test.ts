import { expect, it } from '@jest/globals';
import { OutboxError } from '../src/delivery/outbox/open-outbox.ts';
import { createLog, type LogFormat } from '../src/log.ts';

it.each(['json', 'journal', 'terminal', 'text'] as const)(
  'a line of the log has no known secret in it: %s',
  (format) => {
    const secrets: string[] = [];
    let written = '';
    const log = createLog('info', format, secrets, (text) => {
      written += text;
    });
    secrets.push('Abc8Q~"second"');
    log.info({ url: `http://crm/?token=***&code=${encodeURIComponent('Abc8Q~"second"')}` }, 'sent Abc8Q~"second"');
    log.error({ err: new Error('no Abc8Q%7E%22second%22') }, 'failed');
    expect(written).not.toMatch(/Abc8Q|second/);
    expect(written).toContain('sent ***');
  },
);

it('an error that happens to the service is logged without its stack, one of our own with it', () => {
  const lines: Record<string, { stack?: string }>[] = [];
  const log = createLog('info', 'json', [], (line) => lines.push(JSON.parse(line)));
  const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  log.error({ err: new OutboxError('OUTBOX_CANNOT_OPEN', 'outbox.db cannot be opened', { cause: full }) }, 'full');
  log.error({ err: new TypeError('undefined is not a function') }, 'bug');
  expect(lines[0]?.err).toEqual({
    type: 'OutboxError',
    message: 'outbox.db cannot be opened',
    code: 'OUTBOX_CANNOT_OPEN',
    cause: { type: 'Error', message: 'database or disk is full', code: 'ERR_SQLITE_ERROR' },
  });
  expect(lines[1]?.err?.stack).toContain('log.test.ts');
});

/** The lines of a log in a format. */
function written(format: LogFormat): string[] {
  const lines: string[] = [];
  const log = createLog('info', format, [], (text) => lines.push(...text.split(/(?<=\n)/)));
  log.info({ delivery: 'msg_1' }, 'delivered');
  log.warn('two\nlines');
  log.error({ err: Object.assign(new Error('disk full'), { code: 'ENOSPC' }) }, 'not written');
  log.error({ err: new TypeError('undefined is not a function') }, 'a fault of our own');
  return lines;
}

it('is text in the journal, each line with the priority by which journalctl finds it', () => {
  const lines = written('journal');
  expect(lines.slice(0, 4)).toEqual([
    '<6>delivered\n',
    '<4>two\\x0alines\n',
    '<3>not written: disk full\n',
    '<3>a fault of our own: undefined is not a function\n',
  ]);
  // Where it happened.
  expect(lines[4]).toMatch(/^<3> {4}at .*log.test.ts/);
  expect(lines.every((line) => /^<[36]>|^<4>/.test(line))).toBe(true);
});

it('is text on a terminal and in a file, with the time', () => {
  const plain = (lines: string[]) => lines.slice(0, 3).map((line) => line.replaceAll(/\p{Cc}\[\d+m/gu, ''));
  expect(plain(written('terminal'))).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} delivered\n$/),
    expect.stringMatching(/^\S+ WARN {2}two\\x0alines\n$/),
    expect.stringMatching(/^\S+ ERROR not written: disk full\n$/),
  ]);
  expect(written('text')[1]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z WARN {2}two/);
});
