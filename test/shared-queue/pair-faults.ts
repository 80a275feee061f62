import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { replayBytes } from '../../src/ami/replay.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { RecordingReceiver } from '../faults/recording-receiver.ts';
import { ServiceProcess, until } from '../faults/service-process.ts';
import { pause, type Result } from '../faults/with-service.ts';
import { directoryOf } from '../helpers/directory.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../helpers/fake-asterisk.ts';
import { startPostgres } from './postgres.ts';
import { endShared, withSharedWorld } from './shared-world.ts';

/*
 * Two services on one Asterisk, of which the second has not seen a call from its beginning. The calls are recordings of
 * real Asterisk.
 */

const EVENTS = ['dial-in', 'dial-out', 'answer-in', 'answer-out', 'hangup', 'missed'];
const EXTENSIONS = ['101', '102', '103', '104', '105', '106', '107'];

interface PairWorld {
  asterisk: FakeAsterisk;
  first: ServiceProcess;
  second: ServiceProcess;
}

/** Plays the calls, in the middle of which `inMidCall` is called. @param at before which of an event's occurrences */
async function playedPair(
  recording: string,
  at: [event: string, occurrence: number],
  inMidCall: (world: PairWorld) => Promise<unknown>,
): Promise<Result> {
  const postgres = await startPostgres(['fsync = off', 'log_min_messages = panic']);
  const directory = mkdtempSync(join(tmpdir(), 'call-events-pair-'));
  const receiver = new RecordingReceiver();
  const [asterisk, web] = [await startFakeAsterisk(), await receiver.listen()];
  const rules = EXTENSIONS.map((extension) => {
    const events = EVENTS.map(
      (event) => `{on: ${event}, id: ${event}-${extension}, method: POST, url: "http://127.0.0.1:${web}/${event}"}`,
    );
    return `  "${extension}": { events: [${events.join(', ')}] }`;
  });
  const processes = ['first', 'second'].map((name) => {
    const file = join(directory, `${name}.yaml`);
    writeFileSync(
      file,
      `asterisk: {name: pbx, port: ${asterisk.port}, username: callevents, secret: geheim}
queue: ${postgres.url}
outbox: ${directory}/${name}.db
extensions:
${rules.join('\n')}
`,
    );
    return new ServiceProcess(file);
  });
  const [first, second] = processes as [ServiceProcess, ServiceProcess];
  const workerFile = join(directory, 'worker.yaml');
  writeFileSync(workerFile, `queue: ${postgres.url}\n`);
  const worker = new ServiceProcess(workerFile, {}, [], 'deliver');
  try {
    first.start();
    worker.start();
    await until(
      'the first service',
      () => first.log.includes('published in the shared queue') && asterisk.listeners === 1,
    );
    await until('the worker', () => worker.log.includes('sends what is in the shared queue'));
    await pause(500);
    const text = readFileSync(join(import.meta.dirname, '../../fixtures', recording), 'utf8');
    const [event, occurrence] = at;
    const cut = [...text.matchAll(new RegExp(`^Event: ${event}\\r?$`, 'gm'))][occurrence - 1]?.index;
    if (cut === undefined) throw new Error(`${recording} has no ${occurrence} ${event}`);
    asterisk.play(text.slice(0, cut));
    // What has come so far is in the queue, and is published.
    await pause(1500);
    await inMidCall({ asterisk, first, second });
    asterisk.play(text.slice(cut));
    const due = dueOf(text);
    const arrived = () => new Set(receiver.arrivals.map(({ delivery }) => delivery)).size;
    await until(`${due.length} requests, of which ${arrived()} came`, () => arrived() >= due.length, 25_000).catch(
      () => undefined,
    );
    // What is one too many comes as well.
    await pause(1500);
    return verdictOf(due, receiver);
  } catch (error) {
    return { figures: {}, wrong: [`${String(error)}\n${first.log.slice(-800)}\n${second.log.slice(-800)}`], late: [] };
  } finally {
    await Promise.all([first, second, worker].map((one) => one.kill()));
    await asterisk.stop();
    await receiver.stop();
    postgres.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

const keyOf = (event: string, params: Readonly<Partial<Record<string, string>>>, extension: string) =>
  `${event} ${params.CallID} ${extension} ${params.CallFlow}`;

/** What one service that has seen all of it sends. */
function dueOf(text: string): string[] {
  const due: string[] = [];
  const tracker = new Tracker({
    directory: directoryOf(Object.fromEntries(EXTENSIONS.map((name) => [name, { channels: [`PJSIP/${name}`] }]))),
    onCallEvent: ({ event, params, leg }) => due.push(keyOf(event, { ...params }, leg.extension)),
  });
  for (const event of replayBytes(Buffer.from(text))) tracker.apply(event);
  tracker.finish();
  return due;
}

function verdictOf(due: readonly string[], { arrivals }: RecordingReceiver): Result {
  const first = new Map(arrivals.toReversed().map((arrival) => [arrival.delivery, arrival]));
  const came = [...first.values()].toReversed().map(({ eventId, params }) => {
    const [extension = ''] = /\d+$/.exec(eventId) ?? [];
    return keyOf(eventId.slice(0, -extension.length - 1), params, extension);
  });
  const without = (some: readonly string[], others: readonly string[]) => {
    const left = [...others];
    return some.filter((one) => {
      const place = left.indexOf(one);
      if (place >= 0) left.splice(place, 1);
      return place < 0;
    });
  };
  const lost = without(due, came);
  const more = without(came, due);
  const disordered = came.filter((key, place) => {
    if (!key.startsWith('hangup ')) return false;
    const leg = key.slice('hangup '.length);
    const before = came.slice(0, place + 1);
    const count = (pattern: RegExp) => before.filter((one) => pattern.test(one) && one.endsWith(leg)).length;
    return count(/^hangup /) > count(/^dial-(in|out) /);
  });
  return {
    figures: {
      due: due.length,
      requests: arrivals.length,
      lost: lost.length,
      doubled: more.length,
      disordered: disordered.length,
    },
    wrong: [
      ...lost.map((what) => `lost: ${what}`),
      ...more.map((what) => `came twice: ${what}`),
      ...disordered.map((what) => `out of order: ${what}`),
    ],
    late: [],
  };
}

async function startSecond({ asterisk, second }: PairWorld): Promise<void> {
  second.start();
  await until('the second service', () => second.log.includes('AMI: connected') && asterisk.listeners === 2);
  // Its first beat, with which it reads what the first one knows.
  await pause(1500);
}

/** The second one is started, and the first one is killed for good. */
async function replaceFirst(world: PairWorld): Promise<void> {
  await startSecond(world);
  await world.first.kill();
}

export const startedInMidCall = () =>
  playedPair('direct-answered/asterisk22-pjsip.ami.log', ['Hangup', 1], startSecond);

export const killedInMidCall = () =>
  playedPair('direct-answered/asterisk22-pjsip.ami.log', ['Hangup', 1], replaceFirst);

export const startedInMidTransfer = () =>
  playedPair('attended-transfer-by-refer/asterisk22-pjsip.ami.log', ['AttendedTransfer', 1], startSecond);

export const killedInMidTransfer = () =>
  playedPair('attended-transfer-by-refer/asterisk22-pjsip.ami.log', ['AttendedTransfer', 1], replaceFirst);

export const killedBetweenRings = () =>
  playedPair('queue-retries/asterisk22-pjsip.ami.log', ['Newchannel', 4], replaceFirst);

/** On a busy PBX the second is started while calls go on, and the first is killed for good. */
export async function partnerKilled(
  random: () => number,
  preload: (place: number) => string[] = () => [],
): Promise<Result> {
  return withSharedWorld(
    random,
    async (world) => {
      const { pbx, services, outboxes } = world;
      const [first, second] = services;
      pbx.busy(30);
      await pause(3000);
      second?.start();
      await until('the second service', () => second?.log.includes('AMI: connected') === true);
      if (preload(1).length > 0) second?.send(60_000);
      await pause(700);
      // What only that one has heard is in the queue: nobody else could send it.
      const [outbox = ''] = outboxes;
      const heard = pendingIn(outbox);
      await until('the first outbox', () => pendingIn(outbox).every((id) => !heard.includes(id)));
      await first?.kill();
      const killedAt = performance.now();
      await until('the calls to be taken over', () => second?.log.includes('has not been heard for') === true);
      const takenOver = ((performance.now() - killedAt) / 1000).toFixed(1);
      return endShared(world, 0, { 'taken over after s': takenOver });
    },
    { started: 1, preload },
  );
}

/** Ids of the deliveries that wait in an outbox. */
function pendingIn(outbox: string): string[] {
  const database = new DatabaseSync(outbox, { readOnly: true, timeout: 5000 });
  try {
    const rows = database.prepare("SELECT id FROM deliveries WHERE state = 'pending'").all();
    return rows.map(({ id }) => String(id));
  } finally {
    database.close();
  }
}

/**
 * Each is killed in turn and comes back, when the other one has been alone for a while; one of them is missing for so
 * long that its calls are taken over.
 */
export async function bothRestarted(random: () => number): Promise<Result> {
  return withSharedWorld(random, async (world) => {
    const { pbx, services } = world;
    pbx.busy(20);
    for (const [turn, one] of [...services, ...services].entries()) {
      await pause(1500 + random() * 1500);
      await one.kill();
      const isLong = turn === 1;
      const other = services.find((service) => service !== one);
      if (isLong)
        await until('the calls to be taken over', () => other?.log.includes('has not been heard for') === true);
      else await pause(random() * 1000);
      const from = one.log.length;
      one.start();
      await until('the connection', () => one.log.includes('AMI: connected', from));
    }
    await pause(1000);
    return endShared(world, 0, { restarts: 4 });
  });
}

/** The same with clocks a minute apart. */
export const partnerKilledClocksApart = async (random: () => number) =>
  partnerKilled(random, (place) => (place === 1 ? [join(import.meta.dirname, '../faults/settable-clock.ts')] : []));

/** The first one cannot reach the database for a while: what it has comes late, and is known by then. */
export async function drainsLate(random: () => number): Promise<Result> {
  return withSharedWorld(random, async (world) => {
    const { pbx, firstLine } = world;
    pbx.busy(30);
    await pause(1500);
    firstLine.cut();
    await pause(6000);
    firstLine.mend();
    await pause(1000);
    return endShared(world, 0);
  });
}
