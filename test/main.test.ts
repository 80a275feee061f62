import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../src/cli/program.ts';
import { Arrivals } from './helpers/arrivals.ts';
import { captureIo } from './helpers/captured-io.ts';
import { startFakeAsterisk } from './helpers/fake-asterisk.ts';
import { fixtureLog, fixtureText } from './helpers/fixture-log.ts';
import { startReceiver } from './helpers/receiver.ts';
import { temporaryDirectory } from './helpers/temporary.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'src/main.ts');
const directory = temporaryDirectory();
const children: ChildProcess[] = [];
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const stop of stops.splice(0)) await stop();
});

/** The program as a process of its own. */
function program(argv: readonly string[], nodeOptions: readonly string[] = []) {
  const child = spawn(process.execPath, [...nodeOptions, MAIN, ...argv], { cwd: directory.path });
  children.push(child);
  const said = new Arrivals<string>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.add(text));
  return {
    child,
    text: () => said.all.join(''),
    saying: (text: string) => said.until((all) => all.join('').includes(text)),
    exit: once(child, 'close').then(([code, signal]) => code ?? signal),
  };
}

let worlds = 0;

/** A configuration for a small AMI server and a small receiver, with an outbox of its own. */
async function world() {
  const [asterisk, receiver] = await Promise.all([startFakeAsterisk(), startReceiver()]);
  stops.push(
    () => asterisk.stop(),
    () => receiver.stop(),
  );
  worlds++;
  const outbox = join(directory.path, `outbox-${worlds}.db`);
  const config = (extensions: string) =>
    directory.write(
      'config.yaml',
      `asterisk: {port: ${asterisk.port}, username: callevents, secret: geheim}\noutbox: ${outbox}\nextensions: {${extensions}}`,
    );
  return { asterisk, receiver, config };
}

describe('the process', () => {
  it('says which Node it needs, before it reads a file that an older one cannot', async () => {
    const pretend =
      "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } }); Object.defineProperty(process, 'version', { value: 'v20.20.2' });";
    const { exit, text } = program(['--help'], ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`]);
    expect([await exit, text()]).toEqual([78, `needs Node 24 or newer, this is v20.20.2 (${process.execPath})\n`]);
  });

  it.each([
    [['check', '--config', join(ROOT, 'config.yaml')], 0],
    [['check', '--config', '/nowhere.yaml'], 78],
    [['replay', '/nowhere.log', '--config', join(ROOT, 'config.yaml')], 1],
    [['nonsense'], 2],
  ])('%j exits with %d', async (argv, code) => {
    expect(await program(argv).exit).toBe(code);
  });

  it('ends without a fuss when nobody reads what it prints', async () => {
    const logs = Array<string>(50).fill(fixtureLog('queue-retries'));
    const { child, exit } = program(['replay', ...logs, '--json', '--config', join(ROOT, 'fixtures/config.yaml')]);
    let stderr = '';
    child.stderr.on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    expect([await exit, stderr]).toEqual([0, '']);
  });
});

describe('run', () => {
  it('says what it has, and ends on Ctrl-C', async () => {
    const { asterisk, config } = await world();
    const file = config('"101": {events: [{on: hangup, url: "http://crm/"}]}, "102": {}');
    const { child, exit, saying, text } = program(['run', '--config', file]);
    await saying('AMI: connected');
    expect(text()).toContain(`${file}: 2 extensions, 1 rule`);
    expect(text()).not.toContain('geheim');
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(asterisk.listeners).toBe(0);
  });

  it('ends at once on a second Ctrl-C, while an attempt still runs', async () => {
    const { asterisk, config } = await world();
    const silent = createServer((socket) => came.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    const came = new Arrivals<Socket>();
    await once(silent, 'listening');
    stops.push(async () => {
      for (const socket of came.all) socket.destroy();
      silent.close();
    });
    const file = config(
      `"101": {events: [{on: hangup, url: "http://127.0.0.1:${(silent.address() as AddressInfo).port}/"}]}`,
    );
    const { child, exit, saying } = program(['run', '--config', file]);
    await saying('AMI: connected');
    asterisk.play(fixtureText('inbound-missed'));
    await came.count(1);
    child.kill('SIGINT');
    await saying('stopping');
    child.kill('SIGINT');
    expect(await exit).toBe(1);
  });

  it('goes on when nobody reads its log any more', async () => {
    const { asterisk, receiver, config } = await world();
    const file = config(`"101": {events: [{on: hangup, url: "${receiver.url}"}]}`);
    const { child, exit, saying } = program(['run', '--config', file]);
    await saying('AMI: connected');
    child.stdout.destroy();
    child.stderr.destroy();
    asterisk.play(fixtureText('inbound-missed'));
    await receiver.requests.count(1);
    asterisk.play(fixtureText('inbound-answered'));
    await receiver.requests.count(2);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('ends with the terminal that it was started at', async () => {
    const { config } = await world();
    const captured = captureIo({ isTerminal: true });
    const ended = runProgram(['run', '--config', config('"101": {}')], captured.io);
    await captured.saying('AMI: connected');
    process.emit('SIGHUP');
    expect(await ended).toBe(0);
  });

  it('reads its configuration again on SIGHUP, all of it or nothing', async () => {
    const { asterisk, receiver, config } = await world();
    const rule = (id: string) => `"101": {events: [{on: hangup, id: ${id}, url: "${receiver.url}"}]}`;
    const file = config(rule('first'));
    const { child, exit, saying, text } = program(['run', '--config', file]);
    await saying('AMI: connected');
    config(rule('second'));
    child.kill('SIGHUP');
    await saying('configuration reloaded');
    asterisk.play(fixtureText('inbound-missed'));
    await receiver.requests.count(1);
    expect(receiver.requests.all[0]?.headers['x-event-id']).toBe('second');
    directory.write('config.yaml', 'extensions: [');
    child.kill('SIGHUP');
    await saying('the configuration has problems; the one that was applied before stays active');
    expect(text()).toMatch(/config\.yaml:\d+:\d+: /);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('ends as a worker of the shared queue by each signal, also while the queue is away', async () => {
    const file = directory.write('worker.yaml', 'queue: postgresql://callevents:geheim@127.0.0.1:1/callevents');
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) {
      const { child, exit, saying } = program(['deliver', '--config', file]);
      await saying('the shared queue cannot be used');
      child.kill(signal);
      expect([signal, await exit]).toEqual([signal, 0]);
    }
  });
});
