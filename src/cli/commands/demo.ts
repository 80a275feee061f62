import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../log.ts';
import { readRecordedCall } from '../../package-root.ts';
import { Service } from '../../service/service.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';
import { whenAborted } from '../terminal/when-aborted.ts';
import { AmiPlayer } from './demo/ami-player.ts';
import { demoConfig } from './demo/demo-config.ts';
import { DemoReceiver, type ReceivedRequest } from './demo/demo-receiver.ts';
import { coloured, type Look, lineOf, requestInFull, summaryOf } from './demo/request-lines.ts';

/** Recorded calls that come with the program, and their descriptions. */
export const PLAYED: readonly (readonly [fixture: string, title: string])[] = [
  ['direct-answered', '101 calls 102, who answers'],
  ['inbound-missed', 'A caller from outside gives up: a missed call'],
  ['ring-group-local', 'A ring group through Local channels; 103 answers'],
  ['queue-retries', 'A queue rings 101 and 102, twice; 102 answers'],
  ['pickup-group', '103 picks up with *8 what rings at 102'],
  ['blind-transfer-from-outside', '101 transfers a caller to 102'],
  ['click-to-call', 'Click to call: 101 is rung, answers, and 102 is dialled'],
  ['several-contacts-missed', '104 is rung, whose only rule is switched off: nothing is sent'],
];

const BOLD = 1;

/** The port of the page; another one where it is taken. */
const PAGE_PORT = 9466;

const INTRODUCTION = `Recorded calls of a real Asterisk go through the whole service. Extensions 101
to 105 have rules for their call events. Each line is an HTTP request that the
CRM gets: which extension, what happened, CallStatus, who calls whom.

`;
const STAYS = `It and the calls go on until you press Ctrl-C. Try what you like there: the
configuration that it changes is the demo's own.`;
const ENDS = 'It is there while this runs; `npm run demo -- --stay` keeps it and the calls going.';

export interface DemoOptions {
  /** 1: as recorded. */
  speed: number;
  /** Show the service's own log too. */
  verbose: boolean;
  /** Begin again after the last call, until it is stopped. */
  stay: boolean;
}

/**
 * The whole service on recorded calls: a built-in AMI server plays them, the service works as it always does, and a
 * built-in receiver shows each request as it arrives, and the page shows all. Ends by itself, unless it is to stay.
 */
export async function runDemo({ speed, verbose, stay }: DemoOptions, io: CommandIo): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-demo-'));
  const received: ReceivedRequest[] = [];
  const startedAt = performance.now();
  const isPlain = !io.isTerminal || (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb';
  const look: Look = { colours: !isPlain, columns: io.columns };
  const receiver = new DemoReceiver((request) => {
    received.push(request);
    io.raw.stdout(`${lineOf(request, (performance.now() - startedAt) / 1000, look)}\n`);
  });
  const player = new AmiPlayer({
    logs: PLAYED.map(([fixture]) => readRecordedCall(fixture)),
    speed,
    isEndless: stay,
    onLog: (index) => io.raw.stdout(`\n${coloured(PLAYED[index]?.[1] ?? '', BOLD, look)}\n`),
  });
  const configFile = join(directory, 'config.yaml');
  const service = new Service({
    configFile,
    isDemo: true,
    env: { ...io.env, STATE_DIRECTORY: directory },
    createLog: (level, secrets) =>
      createLog(verbose ? level : 'error', io.isTerminal ? 'terminal' : 'json', secrets, io.raw.stderr),
  });
  try {
    const ports = { ami: await player.start(), receiver: await receiver.start(), page: await freePort(PAGE_PORT) };
    writeFileSync(configFile, demoConfig(ports, stay, verbose ? 'info' : 'error'));
    io.stdout(INTRODUCTION);
    await service.start();
    await until(() => service.webUrl !== undefined, io.signal);
    io.stdout(`The page: ${service.webUrl ?? 'is not served'}\n${stay ? STAYS : ENDS}\n`);
    await Promise.race([player.finished, whenAborted(io.signal)]);
    if (stay) return EXIT.ok;
    // Nothing is on its way any more.
    await until(() => service.state.tracker.legs === 0 && service.state.queue.depth === 0, io.signal);
    printEnd(received, io);
    return EXIT.ok;
  } finally {
    await service.stop();
    await player.stop();
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function printEnd(received: readonly ReceivedRequest[], io: CommandIo): void {
  const missed = received.find(({ path }) => path.endsWith('/missed'));
  const inFull = missed && [
    'A missed call in full, as the CRM got it:',
    ...requestInFull(missed).map((line) => `    ${line}`),
    '',
  ];
  const next = 'Next, as root on your PBX: call-events setup (or by hand, as in README.md)';
  const lines = ['', ...(inFull ?? []), ...summaryOf(received, PLAYED.length), next];
  io.stdout(`${lines.join('\n')}\n`);
}

async function until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
  while (!isTrue() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** This port, or another one where something listens there. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  for (const port of [wanted, 0]) {
    const isListening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    const address = server.address();
    if (!isListening || typeof address !== 'object' || address === null) continue;
    await new Promise((resolve) => server.close(resolve));
    return address.port;
  }
  return 0;
}
