import { expect, it } from '@jest/globals';
import { OutboxError } from '../src/delivery/outbox/open.ts';
import { createLog } from '../src/log.ts';

it.each([true, false])('a line of the log has no known secret in it, on a terminal: %s', (isTerminal) => {
  const secrets: string[] = [];
  let written = '';
  const log = createLog('info', isTerminal, secrets, (text) => {
    written += text;
  });
  secrets.push('Abc8Q~"second"');
  log.info({ url: `http://crm/?token=***&code=${encodeURIComponent('Abc8Q~"second"')}` }, 'sent Abc8Q~"second"');
  log.error({ err: new Error('no Abc8Q%7E%22second%22') }, 'failed');
  expect(written).not.toMatch(/Abc8Q|second/);
  expect(written).toContain('sent ***');
});

it('an error that happens to the service is logged without its stack, one of our own with it', () => {
  const lines: Record<string, { stack?: string }>[] = [];
  const log = createLog('info', false, [], (line) => lines.push(JSON.parse(line)));
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

it('is a line of text in the journal, with the priority by which journalctl finds it', () => {
  const lines: string[] = [];
  const log = createLog('info', false, ['geheim'], (line) => lines.push(line), 'journal');
  log.info({ delivery: 'msg_1' }, 'delivered');
  log.warn('not delivered, geheim');
  log.error({ err: new Error('disk full') }, 'not written');
  log.error('two\nlines');
  expect(lines.slice(0, 1)).toEqual(['<6>delivered\n']);
  expect(lines[1]).toMatch(/^<4>not delivered, (?!geheim)/);
  expect(lines[2]).toBe('<3>not written: disk full\n');
  expect(lines[3]?.indexOf('\n')).toBe((lines[3]?.length ?? 0) - 1);
});
