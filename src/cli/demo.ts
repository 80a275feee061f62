import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../log.ts';
import { recordedCall } from '../package-root.ts';
import { Service } from '../service/service.ts';
import { AmiPlayer } from './demo/ami-player.ts';
import { demoConfig } from './demo/demo-config.ts';
import { DemoReceiver, type ReceivedRequest } from './demo/demo-receiver.ts';
import { coloured, type Look, lineOf, requestInFull, summaryOf } from './demo/request-lines.ts';
import { type CommandIo, EXIT } from './io.ts';

/** Recorded calls that come with the program, and what happens in them. */
export const PLAYED: readonly (readonly [fixture: string, title: string])[] = [
  ['direct-answered', '101 calls 102, who answers'],
  ['inbound-missed', 'A caller from outside gives up: a missed call'],
  ['ring-group-local', 'A ring group through Local channels; 103 answers'],
  ['queue-retries', 'A queue rings 101 and 102, twice; 102 answers'],
  ['pickup-group', '103 picks up with *8 what rings at 102'],
  ['blind-transfer-from-outside', '101 transfers a caller to 102'],
  ['click-to-call', 'Click to call: 101 is rung, answers, and 102 is dialled'],
];

const BOLD = 1;

export interface DemoOptions {
  /** 1: as recorded. */
  speed: number;
  /** Show the service's own log too. */
  verbose: boolean;
}

/**
 * The whole service on recorded calls: a built-in AMI server plays them, the service works as it always does, and a
 * built-in receiver shows each request as it arrives. Ends by itself.
 */
export async function runDemo({ speed, verbose }: DemoOptions, io: CommandIo): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-demo-'));
  const received: ReceivedRequest[] = [];
  const startedAt = performance.now();
  const isPlain = !io.isTerminal || (io.env.NO_COLOR ?? '') !== '' || io.env.TERM === 'dumb';
  const look: Look = { colours: !isPlain, columns: io.columns };
  const receiver = new DemoReceiver((request) => {
    received.push(request);
    io.raw.stdout(`${lineOf(request, (performance.now() - startedAt) / 1000, look)}\n`);
  });
  const player = new AmiPlayer(
    PLAYED.map(([fixture]) => recordedCall(fixture)),
    speed,
    (index) => io.raw.stdout(`\n${coloured(PLAYED[index]?.[1] ?? '', BOLD, look)}\n`),
  );
  const configFile = join(directory, 'config.yaml');
  const service = new Service({
    configFile,
    env: { ...io.env, STATE_DIRECTORY: directory },
    createLog: (level, secrets) => createLog(verbose ? level : 'error', io.isTerminal, secrets, io.raw.stderr),
  });
  try {
    const [amiPort, webPort] = [await player.start(), await receiver.start()];
    writeFileSync(configFile, demoConfig(amiPort, webPort));
    io.stdout(
      'Recorded calls of a real Asterisk go through the whole service. Extensions 101\n' +
        'to 105 have a rule for every call event. Each line is an HTTP request that the\n' +
        'CRM gets: which extension, what happened, CallStatus, who calls whom.\n',
    );
    await service.start();
    await Promise.race([player.finished, new Promise((resolve) => io.signal.addEventListener('abort', resolve))]);
    await emptied(service, io.signal);
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
  const missed = received.find(({ path, params }) => path.endsWith('/hangup') && params.CallStatus === 'UNKNOWN');
  const inFull = missed && [
    'A missed call in full, as the CRM got it:',
    ...requestInFull(missed).map((line) => `    ${line}`),
    '',
  ];
  const lines = ['', ...(inFull ?? []), ...summaryOf(received, PLAYED.length), 'Next: "A real example" in README.md'];
  io.stdout(`${lines.join('\n')}\n`);
}

/** Waits until nothing is on its way any more. */
async function emptied(service: Service, signal: AbortSignal): Promise<void> {
  const isEmpty = () => service.state.tracker.legs === 0 && service.state.queue.depth === 0;
  while (!isEmpty() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 50));
}
