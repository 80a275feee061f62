import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../../src/cli/program.ts';
import { captureIo, type HeardIoOptions } from '../../helpers/captured-io.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../../helpers/fake-asterisk.ts';
import { fixtureText } from '../../helpers/fixture-log.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';

const directory = temporaryDirectory();
const output = join(directory.path, 'call.log');
let asterisk: FakeAsterisk;
beforeEach(async () => {
  asterisk = await startFakeAsterisk();
});
const recorders: (() => void)[] = [];
afterEach(async () => {
  for (const stop of recorders.splice(0)) stop();
  await asterisk.stop();
});

/** A last event, after which all others have been read. */
const ENOUGH = 'Event: Enough\r\n\r\n';

async function written(text: string): Promise<void> {
  while (!existsSync(output) || !readFileSync(output, 'utf8').includes(text))
    await new Promise((resolve) => setTimeout(resolve, 10));
}

function record(argv: string[], options: HeardIoOptions = {}) {
  const config = directory.write(
    'config.yaml',
    `asterisk: {port: ${asterisk.port}, username: callevents, secret: geheim}\nextensions: {_1XX: {events: [{on: hangup, url: "http://crm/"}]}}`,
  );
  const captured = captureIo(options);
  recorders.push(captured.stop);
  const ended = runProgram(['record', '--config', config, ...argv], captured.io);
  return { ...captured, config, ended };
}

async function replayed(log: string, config: string): Promise<string[]> {
  const captured = captureIo();
  await runProgram(['replay', log, '--config', config, '--json'], captured.io);
  return captured.stdout().trimEnd().split('\n');
}

describe('record', () => {
  it('writes what replay reads, and nothing of the login, until it is stopped', async () => {
    const { config, ended, saying, stderr, stop } = record(['--output', output, '--force']);
    await saying(`recording to ${output}; make the call, then end it with Ctrl-C\n`);
    asterisk.play(fixtureText('inbound-missed'));
    asterisk.send(ENOUGH);
    await written(ENOUGH);
    stop();
    expect(await ended).toBe(0);
    expect(stderr()).toContain(`events written to ${output}; see what they make with: call-events replay ${output}`);
    const log = readFileSync(output, 'utf8');
    expect(log).toContain('Event: DialBegin\r\n');
    expect(log).not.toMatch(/geheim|Response:|Secret/i);
    expect(statSync(output).mode & 0o077).toBe(0);
    expect(await replayed(output, config)).toEqual([expect.stringContaining('"event":"hangup","extension":"101"')]);
  });

  it('goes on when AMI is cut meanwhile', async () => {
    const { config, ended, saying, stop } = record(['--output', output, '--force']);
    await saying('recording to');
    asterisk.play(fixtureText('inbound-missed'));
    asterisk.send(ENOUGH);
    await written(ENOUGH);
    asterisk.cut();
    await saying('AMI: connected again after');
    asterisk.play(fixtureText('direct-busy'));
    asterisk.send(ENOUGH.replace('Enough', 'EnoughAgain'));
    await written('EnoughAgain\r\n\r\n');
    stop();
    expect(await ended).toBe(0);
    expect(await replayed(output, config)).toHaveLength(3);
  });

  it('writes to standard output, for a replay beside it', async () => {
    const { ended, saying, stdout, stop } = record(['--output', '-']);
    await saying('recording to');
    asterisk.play(fixtureText('inbound-missed'));
    await saying('Event: Hangup');
    stop();
    expect([await ended, stdout()]).toEqual([0, expect.stringContaining('Event: DialBegin\r\n')]);
    expect(existsSync('-')).toBe(false);
  });

  it('writes over no file that is there, unless it is forced to', async () => {
    directory.write('call.log', 'precious');
    const { ended, stderr } = record(['--output', output]);
    expect([await ended, stderr()]).toEqual([1, `${output} is there already; --force writes over it\n`]);
    expect(readFileSync(output, 'utf8')).toBe('precious');
  });

  it.each([
    ['/nowhere/call.log', 'there is no such file or directory'],
    [directory.path, 'it is a directory'],
  ])('says why %s cannot be written', async (path, reason) => {
    const { ended, stderr } = record(['--output', path, '--force']);
    expect([await ended, stderr()]).toEqual([1, `${path} cannot be written: ${reason}\n`]);
  });

  it('says that a login is refused, and that nothing was recorded', async () => {
    asterisk.manners.refuse = true;
    const { ended, saying, stderr, stop } = record(['--output', output, '--force']);
    await saying('login refused');
    stop();
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/Check username, secret, deny and permit in manager.conf; tried again in 30.0 s\n/);
    expect(stderr()).toContain('nothing is recorded: there was no connection to Asterisk\n');
  });

  it('shows its progress to a person', async () => {
    const { ended, saying, stop } = record(['--output', output, '--force'], { isTerminal: true });
    await saying('recording to');
    asterisk.play(fixtureText('inbound-missed'));
    await saying(' kB');
    stop();
    expect(await ended).toBe(0);
  });
});
