import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../src/cli/program.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { fixtureLog } from '../helpers/fixture-log.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/receivers.md'), 'utf8');
const SECRET = `whsec_${Buffer.from('twenty-four bytes or so!').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another twenty-four byte').toString('base64')}`;
const directory = temporaryDirectory();

/** The program that the page shows under this name. */
function example(name: string): string {
  const [, after] = PAGE.split(`<!-- example ${name} -->\n\n`);
  if (after === undefined) throw new Error(`docs/receivers.md has no example ${name}`);
  const lines = after.split('\n');
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('    '));
  return lines
    .slice(0, end)
    .map((line) => line.slice(4))
    .join('\n');
}

/** The languages, and how an example is started: what answers 0 is there. */
const LANGUAGES = [
  { name: 'receiver.mjs', probe: [process.execPath, '--version'], command: (file: string) => [process.execPath, file] },
  { name: 'receiver.py', probe: ['python3', '-c', 'import sqlite3'], command: (file: string) => ['python3', file] },
  {
    name: 'receiver.php',
    probe: ['php', '-r', 'exit(extension_loaded("pdo_sqlite") ? 0 : 1);'],
    command: (file: string, port: number) => ['php', '-S', `127.0.0.1:${port}`, file],
  },
].map((one) => {
  const isThere = spawnSync(one.probe[0] ?? '', one.probe.slice(1)).status === 0;
  const title = isThere ? one.name : `${one.name} (SKIPPED: \`${one.probe.join(' ')}\` fails here)`;
  return { ...one, isThere, title };
});

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await stop(one);
});

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once something accepts connections there. */
async function listening(port: number, child: ChildProcess, said: () => string): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it ended: ${said()}`);
}

interface Example {
  port: number;
  child: ChildProcess;
  /** The lines that its work has printed, without those of PHP's own server. */
  lines(): string[];
  /** Resolves once its work has printed as many. */
  worked(count: number): Promise<void>;
}

async function start(file: string, port: number, command: string[]): Promise<Example> {
  const [program = '', ...argv] = command;
  const child = spawn(program, argv, {
    cwd: dirname(file),
    env: { ...process.env, WEBHOOK_SECRET: SECRET, PORT: String(port), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await listening(port, child, () => said);
  const lines = () => [...said.matchAll(/(?:IN|OUT) (?:ANSWER|UNKNOWN): .*/g)].map(([line]) => line);
  const worked = async (count: number) => {
    while (lines().length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { port, child, lines, worked };
}

async function callEvents(argv: string[], port: number, secret = SECRET): Promise<string> {
  const config = directory.write(
    `config-${port}.yaml`,
    `extensions:
  "101": { events: [{ on: hangup, method: POST, url: "http://127.0.0.1:${port}/calls", signing: { secrets: ["${secret}"] } }] }
  "102": { events: [{ on: hangup, method: POST, url: "http://127.0.0.1:${port}/calls", signing: { secrets: ["${secret}"] } }] }
`,
  );
  const captured = captureIo();
  await runProgram([...argv, '--config', config], captured.io);
  return captured.stdout() + captured.stderr();
}

const answers = (text: string) => [...text.matchAll(/HTTP (\d+)/g)].map(([, status]) => status);

/** A request signed by hand, with what is wrong with it. */
async function handMade(port: number, more: Record<string, string>, at = Date.now() / 1000, body = 'CallFlow=IN') {
  const timestamp = String(Math.floor(at));
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.CallFlow=IN`).digest('base64');
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
    ...more,
  };
  return (await fetch(`http://127.0.0.1:${port}/calls`, { method: 'POST', headers, body })).status;
}

describe.each(LANGUAGES)('the example $title in docs/receivers.md', ({ name, isThere, command }) => {
  // Skipped, and listed so, where the language is not installed.
  const test = isThere ? it : it.skip;

  async function begin() {
    const port = await freePort();
    // A folder of its own: its database lies there.
    mkdirSync(join(directory.path, String(port)));
    const file = directory.write(`${port}/${name}`, example(name));
    return { again: () => start(file, port, command(file, port)), one: await start(file, port, command(file, port)) };
  }

  test('takes a signed request, and does its work', async () => {
    const { one } = await begin();
    expect(answers(await callEvents(['test-send', '101', 'hangup'], one.port))).toEqual(['204']);
    await one.worked(1);
    expect(one.lines()).toEqual(['IN ANSWER: +31612345678 -> 101']);
  });

  test('does the work of a webhook-id once, also after a restart', async () => {
    const { one, again } = await begin();
    const replay = () => callEvents(['replay', fixtureLog('direct-answered'), '--send'], one.port);
    expect(answers(await replay())).toEqual(['204', '204']);
    await one.worked(2);
    expect(answers(await replay())).toEqual(['204', '204']);
    await callEvents(['test-send', '101', 'hangup'], one.port);
    await one.worked(3);
    expect(one.lines().slice(0, 2).sort()).toEqual(['IN ANSWER: 101 -> 102', 'OUT ANSWER: 101 -> 102']);
    expect(one.lines().slice(2)).toEqual(['IN ANSWER: +31612345678 -> 101']);
    await stop(one.child);
    const next = await again();
    expect(answers(await replay())).toEqual(['204', '204']);
    await callEvents(['test-send', '101', 'hangup'], one.port);
    await next.worked(1);
    expect(next.lines()).toEqual(['IN ANSWER: +31612345678 -> 101']);
  });

  test('refuses what is not signed with its secret, not now, or not at all', async () => {
    const { one } = await begin();
    expect(answers(await callEvents(['test-send', '101', 'hangup'], one.port, OTHER))).toEqual(['401']);
    const { port } = one;
    expect(await handMade(port, {})).toBe(204);
    expect(await handMade(port, {}, Date.now() / 1000 - 400)).toBe(401);
    expect(await handMade(port, {}, undefined, 'CallFlow=OUT')).toBe(401);
    expect(await handMade(port, { 'webhook-id': 'msg_2' })).toBe(401);
    expect(await handMade(port, { 'webhook-timestamp': 'now' })).toBe(401);
    expect(await handMade(port, { 'webhook-signature': '' })).toBe(401);
    expect((await fetch(`http://127.0.0.1:${port}/calls`, { method: 'POST', body: 'CallFlow=IN' })).status).toBe(401);
    expect(await handMade(port, {}, undefined, 'x'.repeat(70_000))).toBe(413);
  });
});
