import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../../src/cli/program.ts';
import { captureIo } from '../../helpers/captured-io.ts';
import { type RunningService, startService } from '../../helpers/running-service.ts';

const ANSWERED = readFileSync(
  join(import.meta.dirname, '../../../fixtures/direct-answered/asterisk22-pjsip.ami.log'),
  'utf8',
);

let running: RunningService;
beforeEach(async () => {
  running = await startService(
    (url) => `  "101": { events: [{ on: hangup, id: away, url: "${url}/away?token=quite-secret" }] }
  "102": { events: [{ on: dial-in, id: ring, url: "${url}/ring", headers: { Authorization: Bearer quite-secret } }] }`,
  );
});
afterEach(() => running.stop());

/** `call-events deliveries …`, beside the service that runs. */
async function deliveries(...args: string[]) {
  const captured = captureIo();
  const code = await runProgram(['deliveries', ...args, '--config', running.configFile], captured.io);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

async function list(...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await deliveries('list', '--json', ...args);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** The deliveries, once so many of them are in this state: the service writes them with every turn. */
async function listed(count: number, state: string, attempt: number): Promise<Record<string, unknown>[]> {
  for (;;) {
    const all = await list('--state', state);
    if (all.filter((one) => one.attempt === attempt).length >= count) return all;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('call-events deliveries', () => {
  it('lists what was sent, as a table and as JSON, by filter', async () => {
    running.asterisk.play(ANSWERED);
    await listed(2, 'delivered', 1);
    const { code, stdout } = await deliveries('list');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^delivery +time +ext +event +call +state +tries$/);
    expect(stdout).toMatch(/ 102 +dial-in +101 → 102 +delivered +1\n/);
    expect(stdout).toMatch(/ 101 +hangup +101 → 102, answered +delivered +1\n/);
    expect(stdout).toMatch(/\nin all: 2 delivered\n$/);
    const narrow = captureIo();
    await runProgram(['deliveries', 'list', '--config', running.configFile], { ...narrow.io, columns: 70 });
    expect(
      Math.max(
        ...narrow
          .stdout()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(70);
    expect(await list()).toHaveLength(2);
    const [only, ...others] = await list('--extension', '101', '--event', 'hangup', '--state', 'delivered');
    expect([only, others]).toMatchObject([{ extension: '101', eventId: 'away', state: 'delivered', attempt: 1 }, []]);
    expect(await list('--call-id', 'none')).toEqual([]);
    expect(await list('--since', '1h')).toHaveLength(2);
    expect(await list('--since', '2090-01-01')).toEqual([]);
    expect((await deliveries('list', '--extension', '7')).stdout).toBe('no delivery matches\n');
  });

  it('counts by rule, target, state and reason', async () => {
    running.receiver.status = 404;
    running.asterisk.play(ANSWERED);
    await listed(2, 'dead', 2);
    const host = new URL(running.receiver.url).host;
    expect((await deliveries('summary')).stdout.split('\n').toSorted()).toEqual([
      '',
      `101 hangup → ${host}: 1 dead (HTTP 404)`,
      `102 dial-in → ${host}: 1 dead (HTTP 404)`,
      'in all: 2 dead',
    ]);
  });

  it('forgets a number with all settled deliveries in which it occurs, and no other', async () => {
    running.asterisk.play(ANSWERED);
    await listed(2, 'delivered', 1);
    expect((await deliveries('forget', '10')).code).toBe(2);
    expect((await deliveries('forget', '1010')).stdout).toBe('settled deliveries deleted: 0\n');
    expect((await deliveries('forget', '+1 (01)')).stdout).toBe('settled deliveries deleted: 2\n');
    expect(await list()).toEqual([]);
  });

  it('leaves nothing of a number that is forgotten in the files, beside the service that goes on', async () => {
    const number = '31612345678';
    const missed = readFileSync(
      join(import.meta.dirname, '../../../fixtures/inbound-missed/asterisk22-pjsip.ami.log'),
      'utf8',
    );
    running.asterisk.play(missed);
    await listed(1, 'delivered', 1);
    // What the service has deleted stays in the file until its place is needed.
    const rows = new DatabaseSync(running.outbox);
    rows.exec(`INSERT INTO calls VALUES ('7', '{"caller":"${number}"}'); DELETE FROM calls WHERE call_id = '7'`);
    rows.close();
    const inFiles = () =>
      ['', '-wal'].filter((suffix) => readFileSync(`${running.outbox}${suffix}`).includes(number)).length;
    expect(inFiles()).toBeGreaterThan(0);
    expect((await deliveries('forget', number)).stdout).toBe('settled deliveries deleted: 1\n');
    expect(inFiles()).toBe(0);
    running.asterisk.play(ANSWERED);
    await listed(2, 'delivered', 1);
    expect(running.service.state.outbox.ok).toBe(true);
    expect(running.log.all.filter(({ msg }) => String(msg).startsWith('the outbox'))).toEqual([]);
  });

  it('has nothing to show where no history is kept', async () => {
    await running.stop();
    running = await startService(
      (url) => `  "102": { events: [{ on: dial-in, url: "${url}" }] }`,
      'delivery: { history: { keep: 0 } }',
    );
    running.asterisk.play(ANSWERED);
    await running.receiver.requests.count(1);
    const rows = new DatabaseSync(running.outbox);
    const left = () => rows.prepare('SELECT count(*) AS count FROM deliveries').get()?.count;
    const signal = AbortSignal.timeout(4000);
    while (left() !== 0) await sleep(20, undefined, { signal });
    expect(rows.prepare('SELECT count(*) AS count FROM attempts').get()?.count).toBe(0);
    rows.close();
    expect((await deliveries('list')).stdout).toBe('no delivery matches\n');
  });

  it('shows request, attempts and answers, and no secret', async () => {
    running.asterisk.play(ANSWERED);
    await listed(2, 'delivered', 1);
    const ids = (await list()).map(({ delivery }) => String(delivery));
    const { code, stdout } = await deliveries('show', ...ids);
    expect(code).toBe(0);
    expect(stdout).toContain('dial-in of 102');
    expect(stdout).toContain(': HTTP 200 in ');
    expect(stdout).toContain('< said the receiver');
    expect(stdout).not.toContain('quite-secret');
    expect(await deliveries('show', 'nothing')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'there is no delivery nothing\n',
    });
  });

  it('shows what a receiver said so that it cannot steer the terminal, and no secret that it repeats', async () => {
    running.receiver.answer = ({ headers, params }) => `\x1b]0;PWNED\x07\x00${JSON.stringify([headers, params])}`;
    running.asterisk.play(ANSWERED);
    await listed(2, 'delivered', 1);
    const ids = (await list()).map(({ delivery }) => String(delivery));
    const shown = (await deliveries('show', ...ids)).stdout;
    expect(shown).toContain('    < \\x1b]0;PWNED\\x07\\x00[');
    expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
    const json = (await deliveries('show', '--json', ...ids)).stdout;
    expect(JSON.parse(json.split('\n')[0] ?? '').attempts[0].answer).toContain('\x1b]0;PWNED');
    expect(shown + json).not.toContain('quite-secret');
  });

  it('has the running service send dead letters again, with their old id', async () => {
    running.receiver.status = 404;
    running.asterisk.play(ANSWERED);
    await listed(2, 'dead', 2);
    running.receiver.status = 200;
    const [dead] = await list('--extension', '102');
    expect(dead).toMatchObject({ state: 'dead', reason: expect.stringContaining('404'), attempt: 2 });
    expect((await deliveries('retry', '--extension', '102')).stdout).toBe('to be sent again by the service: 1\n');
    await listed(1, 'delivered', 3);
    expect(await list('--extension', '102')).toMatchObject([
      { delivery: dead?.delivery, state: 'delivered', attempt: 3 },
    ]);
    expect(await list('--extension', '101')).toMatchObject([{ state: 'dead' }]);
  });

  it('gives up what is pending', async () => {
    running.receiver.status = 503;
    running.asterisk.play(ANSWERED);
    await listed(2, 'pending', 1);
    expect((await deliveries('discard', '--state', 'pending')).stdout).toBe('pending deliveries discarded: 2\n');
    expect(await list('--state', 'dead')).toMatchObject([{ reason: 'discarded' }, { reason: 'discarded' }]);
  });

  it('shows and resumes a rule whose receiver answered 410; what it missed is a dead letter', async () => {
    running.receiver.status = 410;
    running.asterisk.play(ANSWERED);
    await listed(2, 'dead', 1);
    running.receiver.status = 200;
    running.asterisk.play(ANSWERED.replaceAll(/\b(17\d{8})\.(\d+)/g, '$1.9$2'));
    const dead = await listed(2, 'dead', 0);
    expect(dead.filter(({ reason }) => reason === 'its rule is suspended')).toHaveLength(2);
    expect((await deliveries('list')).stdout).toMatch(/rule ring has been suspended since .* deliveries resume ring\n/);
    expect(await deliveries('resume', 'ring')).toMatchObject({ code: 0, stdout: 'rule ring sends again\n' });
    expect(await deliveries('resume', 'ring')).toMatchObject({ code: 1, stderr: 'rule ring is not suspended\n' });
    await deliveries('retry', '--extension', '102');
    await listed(1, 'delivered', 1);
    await listed(1, 'delivered', 2);
  });

  it.each([
    [['list', '--state', 'gone'], '--state gone: expected one of: pending, delivered, dead'],
    [['list', '--event', 'ring'], '--event ring: expected one of: dial-in, '],
    [['list', '--since', 'soon'], '--since soon: expected a length of time, such as 30m'],
    [['list', '--limit', '0'], '--limit 0: expected a number'],
    [['retry'], 'retry what? Name deliveries by their ids, or filter them'],
    [['discard'], 'discard what? Name'],
  ])('refuses %j', async (args, expected) => {
    const { code, stderr } = await deliveries(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });

  it('says where there is no outbox, or what is none', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'call-events-')), 'outbox.db');
    expect(await deliveries('list', '--outbox', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(file),
    });
    writeFileSync(file, 'this is a text and no database at all'.repeat(100));
    expect(await deliveries('list', '--outbox', file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be opened|is no outbox/),
    });
  });
});
