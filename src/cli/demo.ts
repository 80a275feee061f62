import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../log.ts';
import { Service } from '../service.ts';
import { AmiPlayer } from './demo/ami-player.ts';
import { demoConfig } from './demo/demo-config.ts';
import { type ReceivedRequest, ShownReceiver } from './demo/shown-receiver.ts';
import { EXIT, type Io } from './io.ts';

/** Recorded calls that come with the program, and what happens in them. */
const FIXTURES = join(import.meta.dirname, '../../fixtures');
const PLAYED: readonly (readonly [fixture: string, title: string])[] = [
  ['direct-answered', '101 calls 102, who answers'],
  ['inbound-missed', 'A caller from outside gives up: a missed call'],
  ['ring-group-local', 'A ring group through Local channels; 103 answers'],
  ['queue-retries', 'A queue rings 101 and 102, twice; 102 answers'],
  ['pickup-group', '103 picks up with *8 what rings at 102'],
  ['blind-transfer-from-outside', '101 transfers a caller to 102'],
  ['click-to-call', 'Click to call: 101 is rung, answers, and 102 is dialled'],
];

export interface DemoOptions {
  /** 1: as recorded. */
  speed: number;
  /** Show the service's own log too. */
  verbose: boolean;
}

/**
 * The whole bridge on recorded calls: a built-in AMI server plays them, the service works as it always does, and a
 * built-in receiver shows each request as it arrives. Ends by itself.
 */
export async function runDemo({ speed, verbose }: DemoOptions, io: Io): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-demo-'));
  const received: ReceivedRequest[] = [];
  const startedAt = performance.now();
  const receiver = new ShownReceiver((request) => {
    received.push(request);
    io.stdout(`${lineOf(request, (performance.now() - startedAt) / 1000)}\n`);
  });
  const player = new AmiPlayer(
    PLAYED.map(([fixture]) => readFileSync(join(FIXTURES, fixture, 'asterisk22-pjsip.ami.log'), 'utf8')),
    speed,
    (index) => io.stdout(`\n${PLAYED[index]?.[1]}\n`),
  );
  const configFile = join(directory, 'config.yaml');
  const service = new Service({
    configFile,
    env: { ...io.env, STATE_DIRECTORY: directory },
    createLog: (level, secrets) => createLog(verbose ? level : 'error', io.isTerminal, secrets, io.stderr),
  });
  try {
    const [amiPort, webPort] = [await player.start(), await receiver.start()];
    writeFileSync(configFile, demoConfig(amiPort, webPort));
    io.stdout(
      `Asterisk is played by a recording on 127.0.0.1:${amiPort}, the CRM by a receiver on 127.0.0.1:${webPort}.\n` +
        'Extensions 101 to 105 send a request for every call event. This is what the CRM gets:\n',
    );
    await service.start();
    await Promise.race([player.finished, new Promise((resolve) => io.signal.addEventListener('abort', resolve))]);
    await emptied(service, io.signal);
    io.stdout(`\n${summaryOf(received, PLAYED.length)}\n`);
    return EXIT.ok;
  } finally {
    await service.stop();
    await player.stop();
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Waits until nothing is on its way any more. */
async function emptied(service: Service, signal: AbortSignal): Promise<void> {
  const isEmpty = () => service.state.tracker.legs === 0 && service.state.queue.depth === 0;
  while (!isEmpty() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 50));
}

function lineOf({ method, path, params }: ReceivedRequest, seconds: number): string {
  const { CallFlow, CallStatus, CallerIDNum, CallerIDNam, CallerExtension, CalledExtension, CalledNumber } = params;
  const who = `${CallerIDNam === undefined ? '' : `${CallerIDNam} `}${CallerExtension ?? CallerIDNum ?? 'unknown'}`;
  const title = {
    '/dial-in': 'Dial-In',
    '/dial-out': 'Dial-Out',
    '/answer-in': 'Answer-In',
    '/answer-out': 'Answer-Out',
  };
  const event = Object.entries(title).find(([end]) => path.endsWith(end))?.[1] ?? 'Hangup';
  const extension = path.split('/')[1] ?? '';
  const called = CallFlow === 'IN' ? extension : (CalledNumber ?? CalledExtension ?? '?');
  return `${seconds.toFixed(1).padStart(6)} s  ${extension.padEnd(4)} ${event.padEnd(10)} ${(CallStatus ?? '').padEnd(7)}  ${who} → ${called}  (${method}, CallID ${params.CallID})`;
}

function summaryOf(received: readonly ReceivedRequest[], calls: number): string {
  const hangups = received.filter(({ params }) => params.CallStatus !== 'CALLING' && params.CallStatus !== undefined);
  const missed = received.filter(({ path, params }) => path.endsWith('/hangup') && params.CallStatus === 'UNKNOWN');
  return `${calls} recordings played; ${received.length} requests arrived, ${hangups.length} of them answers and hangups, ${missed.length} unanswered legs. Next: README.md, "A real example".`;
}
