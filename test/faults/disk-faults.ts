import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from './judge.ts';
import { until } from './service-process.ts';
import { SmallDisk } from './small-disk.ts';
import { end, type Parts, pause, type Result, resultOf, settled, withService } from './with-service.ts';

/**
 * Runs a test on a service whose outbox is on a small disk, where this machine lets one be mounted. @param more further
 * settings
 */
async function onSmallDisk(
  random: () => number,
  test: (parts: Parts, disk: SmallDisk) => Promise<Result>,
  more = '',
): Promise<Result> {
  const disk = new SmallDisk();
  if (!disk.mount()) return { figures: { 'left out': 'no tmpfs can be mounted here' }, wrong: [], late: [] };
  const outbox = join(disk.path, 'outbox.db');
  try {
    return await withService(random, (parts) => test(parts, disk), { more: `outbox: ${outbox}\n${more}`, outbox });
  } finally {
    disk.remove();
  }
}

/**
 * A small disk is full: no crash, readyz says so, nothing is lost when there is room again; the same when it is full at
 * the start. As root: it needs a tmpfs.
 */
export async function diskFull(random: () => number): Promise<Result> {
  return onSmallDisk(
    random,
    async (parts, disk) => {
      const { pbx, service, receiver } = parts;
      pbx.busy(50);
      // Some history, so that pruning has something to do as well.
      await until('deliveries', () => receiver.arrivals.length > 50);
      disk.fill();
      await until('the disk to be full', () => service.log.includes('cannot be written (disk full?)'));
      const full = await ready(service.log);
      // Longer than the pause between two prunings.
      await pause(12_000);
      const later = await ready(service.log);
      const arrivedMeanwhile = receiver.arrivals.length;
      disk.empty();
      await until('it to recover', () => service.log.includes('the outbox is written again'));
      const recovered = await ready(service.log);
      await until('what waited to be sent', () => receiver.arrivals.length > arrivedMeanwhile);

      // And once more, now full before it starts.
      await service.kill('SIGTERM');
      disk.fill();
      const from = service.log.length;
      service.start();
      await until('it to wait for the disk', () => service.log.slice(from).includes('tried again in 2 s'));
      await until('it to say where it serves', () => service.log.slice(from).includes('metrics and health: http'));
      const atStart = await ready(service.log.slice(from));
      const alive = service.exitCode === null;
      disk.empty();
      const before = pbx.sessions.length;
      await until('the next connection', () => pbx.sessions.length > before);
      const started = await ready(service.log.slice(from), true);

      const lostLines = [...service.log.matchAll(/"lost":(\d+)/g)].map(([, lost]) => Number(lost));
      const verdict = await end(parts);
      const result = resultOf(verdict, 0, {
        'readyz while full': full.status,
        'when there was room': recovered.status,
        'full at the start': atStart.status,
        'given up': Math.max(0, ...lostLines),
      });
      for (const [when, answer, expected] of [
        ['while it was full', full, 503],
        ['12 s later', later, 503],
        ['when there was room', recovered, 200],
        ['full at the start', atStart, 503],
        ['at last', started, 200],
      ] as const)
        if (answer.status !== expected) result.wrong.push(`readyz ${when}: ${answer.status} ${answer.text}`);
      if (!full.text.includes('the outbox cannot be written')) result.wrong.push(`readyz said: ${full.text}`);
      if (!alive) result.wrong.push('it ended with a disk that was full at its start');
      return result;
    },
    'metrics: {enabled: true, port: 0}\ndelivery: {history: {keep: 1s}}',
  );
}

/**
 * Stopped while the disk is full: it tries until there is room; where there never is, it says how much is lost, and
 * ends with 1. As root: it needs a tmpfs.
 */
export async function stoppedOnFullDisk(random: () => number): Promise<Result> {
  return onSmallDisk(random, async (parts, disk) => {
    const { pbx, service, receiver } = parts;
    pbx.busy(50);
    await until('deliveries', () => receiver.arrivals.length > 50);
    const stopOnFullDisk = async (roomAfterMs: number | undefined) => {
      disk.fill();
      const from = service.log.length;
      await until('changes that wait', () => /"waiting":\d{2}/.test(service.log.slice(from)));
      const stopping = Date.now();
      const ended = service.kill('SIGTERM');
      if (roomAfterMs !== undefined) {
        await pause(roomAfterMs);
        disk.empty();
      }
      const code = await ended;
      return { code, ms: Date.now() - stopping, said: service.log.slice(from) };
    };
    const start = async () => {
      const before = pbx.sessions.length;
      service.start();
      await until('the next connection', () => pbx.sessions.length > before);
    };
    const saved = await stopOnFullDisk(3000);
    await start();
    const legsBefore = pbx.legs.length;
    await until('deliveries', () => pbx.legs.length > legsBefore + 50);
    await pbx.quiet();
    await settled(parts);
    const verdict = judge(pbx.legs, pbx.sessions, receiver.arrivals);

    pbx.busy(50);
    const lost = await stopOnFullDisk(undefined);
    const reported = Number(/"legs":(\d+)/.exec(lost.said)?.[1] ?? 0);
    const result = resultOf(verdict, 0, {
      'ended with room after 3 s': `${saved.code} after ${saved.ms} ms`,
      'without room': `${lost.code} after ${lost.ms} ms`,
      'legs it says are lost': reported,
    });
    if (saved.code !== 0) result.wrong.push(`with room in time it ended with ${String(saved.code)}`);
    if (lost.code !== 1) result.wrong.push(`without room it ended with ${String(lost.code)}`);
    if (lost.ms > 29_000) result.late.push(`it took ${lost.ms} ms to end`);
    if (reported === 0 || !lost.said.includes('ARE LOST')) result.wrong.push('it did not say what is lost');
    if (lost.said.includes('stopped; what is pending')) result.wrong.push('it said that nothing is lost');
    return result;
  });
}

/** Asks /readyz where the log says that it is. @param patient until it is ready */
async function ready(log: string, patient = false): Promise<{ status: number; text: string }> {
  const url = /metrics and health: (http:\/\/[\d.:]+)\//g;
  const base = [...log.matchAll(url)].at(-1)?.[1] ?? 'http://127.0.0.1:1';
  for (let left = patient ? 50 : 1; ; left--) {
    const response = await fetch(`${base}/readyz`);
    const answer = { status: response.status, text: await response.text() };
    if (answer.status === 200 || left === 1) return answer;
    await pause(100);
  }
}

/** The database is corrupt or cut: the service starts, and the old file is kept aside. */
export async function corrupt(random: () => number): Promise<Result> {
  const wrong: string[] = [];
  const harms = ['garbage', 'truncated', 'cut in its header', 'middle'] as const;
  for (const harm of harms) {
    const { wrong: found } = await withService(random, async ({ pbx, receiver, service, place, outbox }) => {
      pbx.busy(50);
      await until('deliveries', () => receiver.arrivals.length > 50);
      await service.kill('SIGTERM');
      const bytes = readFileSync(outbox);
      if (harm === 'truncated') truncateSync(outbox, 5000);
      else if (harm === 'cut in its header') truncateSync(outbox, 50);
      else
        writeFileSync(
          outbox,
          bytes.fill(0x55, harm === 'garbage' ? 0 : 4096, harm === 'garbage' ? 4096 : bytes.length),
        );
      const harmed = readFileSync(outbox);
      const before = pbx.sessions.length;
      service.start();
      await until('the next connection', () => pbx.sessions.length > before);
      const kept = readdirSync(place.directory).filter((name) => /\.corrupt-[^.]*Z$/.test(name));
      const arrived = receiver.arrivals.length;
      await until('it to send again', () => receiver.arrivals.length > arrived);
      const whole = kept.some((name) => readFileSync(join(place.directory, name)).equals(harmed));
      const said = service.log.includes('was corrupt; it is kept aside');
      return {
        figures: {},
        late: [],
        wrong: whole && said ? [] : [`${harm}: kept ${kept.join() || 'nothing'}, said ${said}`],
      };
    });
    wrong.push(...found);
  }
  return { figures: { databases: harms.length }, wrong, late: [] };
}
