import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BusyPbx } from './busy-pbx.ts';
import { judge, type Verdict } from './judge.ts';
import { RecordingReceiver } from './recording-receiver.ts';
import { ServiceProcess, until } from './service-process.ts';
import { type Workplace, workplace } from './workplace.ts';

/** What a fault test found: figures to print, and what is wrong. */
export interface Result {
  figures: Record<string, number | string>;
  wrong: string[];
  /**
   * Times that were over their limits. A machine that is busy with other things may be the reason: the row is run
   * again, and fails when they are over each time.
   */
  late: string[];
}

/** A service between a busy PBX and a receiver. */
export interface Parts {
  pbx: BusyPbx;
  receiver: RecordingReceiver;
  service: ServiceProcess;
  place: Workplace;
  ports: [ami: number, web: number];
  /** Where the outbox is. */
  outbox: string;
}

/** How the service runs. */
export interface Options {
  /** Further lines of config.yaml. */
  more?: string;
  env?: NodeJS.ProcessEnv;
  /** Another outbox than that of the workplace. */
  outbox?: string;
  /** Modules that the service's process loads before its own. */
  preload?: string[];
}

/** Runs a test on a service that is connected, and takes everything down at the end. */
export async function withService(
  random: () => number,
  test: (parts: Parts) => Promise<Result>,
  { more, env, outbox, preload }: Options = {},
): Promise<Result> {
  const pbx = new BusyPbx(random);
  const receiver = new RecordingReceiver();
  const ports: [number, number] = [await pbx.listen(), await receiver.listen()];
  const place = workplace(...ports, more);
  const service = new ServiceProcess(place.config, { STATE_DIRECTORY: place.directory, ...env }, preload);
  try {
    service.start();
    await until('the first connection', () => pbx.sessions.some(({ hasAsked }) => hasAsked));
    return await test({ pbx, receiver, service, place, ports, outbox: outbox ?? join(place.directory, 'outbox.db') });
  } catch (error) {
    return {
      figures: {},
      late: [],
      wrong: [`${error instanceof Error ? error.message : String(error)}\n${service.log.slice(-1500)}`],
    };
  } finally {
    await service.kill();
    await pbx.stop();
    await receiver.stop();
    place.remove();
  }
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How many rows a query counts in the outbox, asked from beside the service. */
export function countIn(outbox: string, from: string): number {
  const database = new DatabaseSync(outbox, { readOnly: true, timeout: 5000 });
  try {
    return Number(database.prepare(`SELECT count(*) AS rows FROM ${from}`).get()?.rows);
  } finally {
    database.close();
  }
}

/** Every call has ended, and everything that was to be sent is settled. */
export async function settled({ pbx, outbox }: Parts): Promise<void> {
  await pbx.quiet();
  await until('all events to be read', () => pbx.isRead);
  const left = () => countIn(outbox, 'calls') + countIn(outbox, "deliveries WHERE state = 'pending'");
  // On a machine that is busy it takes long; what is stuck does not become less.
  for (let before = left(); before > 0; ) {
    const known = before;
    await until(`less than ${known} that are pending`, () => left() < known, 120_000);
    before = left();
  }
}

/** Lets everything come to its end, stops the service, and compares what arrived with the truth. */
export async function end(parts: Parts): Promise<Verdict> {
  await settled(parts);
  const code = await parts.service.kill('SIGTERM');
  if (code !== 0) throw new Error(`the service ended with ${String(code)}`);
  return judge(parts.pbx.legs, parts.pbx.sessions, parts.receiver.arrivals);
}

/** @param most how many deliveries may have arrived twice */
export function resultOf(verdict: Verdict, most = 0, more: Record<string, number | string> = {}): Result {
  const { legs, arrivals, lost, duplicates, disordered, false: untrue } = verdict;
  return {
    figures: {
      legs,
      requests: arrivals,
      lost: lost.length,
      duplicates,
      disordered: disordered.length,
      false: untrue.length,
      ...more,
    },
    wrong: [
      ...lost.slice(0, 5).map((what) => `lost: ${what}`),
      ...disordered.slice(0, 5).map((what) => `out of order: ${what}`),
      ...untrue.slice(0, 5).map((what) => `reported a call that was up already: ${what}`),
      ...(duplicates > most ? [`${duplicates} arrived twice, and ${most} were in flight at most`] : []),
    ],
    late: [],
  };
}

/** The lines of the log that are read as JSON. */
export function logLines({ log }: ServiceProcess): Record<string, unknown>[] {
  return log.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
