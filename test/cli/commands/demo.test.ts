import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ReceivedRequest } from '../../../src/cli/commands/demo/demo-receiver.ts';
import { lineOf, summaryOf } from '../../../src/cli/commands/demo/request-lines.ts';
import { PLAYED } from '../../../src/cli/commands/demo.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { captureIo } from '../../helpers/captured-io.ts';

describe('demo', () => {
  it('plays recordings that are in the package, and the package has no others', () => {
    const { files } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    expect(files.filter((file: string) => file.startsWith('fixtures'))).toEqual(
      PLAYED.map(([fixture]) => `fixtures/${fixture}/asterisk22-pjsip.ami.log`),
    );
  });

  it('plays its calls through the whole service, shows every request, and ends by itself with a summary', async () => {
    const captured = captureIo();
    expect(await runProgram(['demo', '--speed', '200'], captured.io)).toBe(0);
    expect(captured.stderr()).toBe('');
    const text = captured.stdout();
    expect(text).toContain('A caller from outside gives up: a missed call\n');
    expect(text).toMatch(/ 101 {2}Dial-In {5}CALLING {2}Zoë & Co \+31612345678 → 101\n/);
    expect(text).toMatch(/ 101 {2}Hangup {6}UNKNOWN {2}Zoë & Co \+31612345678 → 101\n/);
    expect(text).toMatch(/103 picks up with \*8 what rings at 102\n/);
    expect(text).toContain('\n    CallStatus      = UNKNOWN\n');
    const shown = text.match(/^ +\d+\.\d s {2}10\d /gm) ?? [];
    expect(text).toContain(`8 recordings, ${shown.length} requests: `);
    expect(text).toContain('Every Dial has its one Hangup.\n');
    expect(text).not.toContain('\x1b[');
  });

  it('shows the page while it runs, without a password, and goes round when it is to stay', async () => {
    const captured = captureIo();
    const ended = runProgram(['demo', '--stay', '--speed', '1000'], captured.io);
    await captured.saying('and the calls go on until you press Ctrl-C');
    const [, url = ''] = /^The page: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(captured.stdout()) ?? [];
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Demo: no password')]);
    const rounds = () => captured.stdout().split('A ring group through Local channels').length - 1;
    await captured.saying('104 is rung');
    await captured.until(() => rounds() === 2);
    captured.stop();
    expect(await ended).toBe(0);
  });

  it('ends when it was stopped before it could begin, even if it is to stay', async () => {
    const captured = captureIo();
    captured.stop();
    expect(await runProgram(['demo', '--stay'], captured.io)).toBe(0);
  });

  it('ends at once when it is stopped', async () => {
    const captured = captureIo();
    const ended = runProgram(['demo', '--speed', '0.1'], captured.io);
    await captured.saying('101 calls 102');
    captured.stop();
    expect(await ended).toBe(0);
  });

  it.each(['0', 'fast', '-1', '1001'])('refuses the speed %s', async (speed) => {
    const captured = captureIo();
    expect(await runProgram(['demo', '--speed', speed], captured.io)).toBe(2);
    expect(captured.stderr()).toContain('Expected a number from 0.1 to 1000.');
  });
});

const request = (event: string, params: Record<string, string>): ReceivedRequest => ({
  method: 'GET',
  path: `/102/${event}`,
  eventId: 'x',
  params: { CallID: '1.2', CallFlow: 'IN', ...params },
});

describe('a line of the demo', () => {
  const ringing = request('dial-in', { CallStatus: 'CALLING', CallerIDNam: 'Zoë & Co', CallerIDNum: '+31612345678' });
  it('fits the terminal', () => {
    const line = lineOf(ringing, 1.23, { colours: false, columns: 50 });
    expect(line).toBe('   1.2 s  102  Dial-In     CALLING  Zoë & Co +316…');
    expect(line).toHaveLength(50);
  });

  it('has colours where they are wanted', () => {
    expect(lineOf(ringing, 0, { colours: true, columns: undefined })).toContain('\x1b[33mCALLING\x1b[0m  Zoë');
  });
});

it('a summary of the demo reports a Dial without its Hangup', () => {
  const ringing = request('dial-in', { CallStatus: 'CALLING' });
  expect(summaryOf([ringing], 1).join()).toContain('Some calls are not over.');
  expect(summaryOf([ringing, request('hangup', { CallStatus: 'UNKNOWN' })], 1).join()).toContain(
    '1 phones rang or called in vain (UNKNOWN). Every Dial',
  );
});
