import { expect, it } from '@jest/globals';
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
