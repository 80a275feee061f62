import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { until } from './service-process.ts';
import { countIn, end, type Result, resultOf, withService } from './with-service.ts';

/** What was in flight at a kill may come again: see kills.ts. */
const IN_FLIGHT_AT_MOST = 8;

const all = (directory: string) => readdirSync(directory).filter((name) => name.startsWith('outbox.db'));

/** Ways in which an outbox that is in use is overwritten in place. */
const OVERWRITTEN: [string, (directory: string) => void][] = [
  ['emptied', (directory) => truncateSync(join(directory, 'outbox.db'))],
  [
    'another database copied over it',
    (directory) => {
      const other = join(directory, 'backup');
      rmSync(other, { force: true });
      const database = new DatabaseSync(other);
      database.exec('CREATE TABLE deliveries (id)');
      database.close();
      copyFileSync(other, join(directory, 'outbox.db'));
    },
  ],
];

/** Ways in which the files of an outbox that is in use get lost. */
const WAYS: [string, (directory: string) => void][] = [
  ['the database deleted', (directory) => rmSync(join(directory, 'outbox.db'))],
  ['all files deleted', (directory) => all(directory).map((name) => rmSync(join(directory, name)))],
  ['the log deleted', (directory) => rmSync(join(directory, 'outbox.db-wal'))],
  [
    'all files moved away',
    (directory) => {
      const aside = join(directory, 'aside');
      rmSync(aside, { recursive: true, force: true });
      mkdirSync(aside);
      for (const name of all(directory)) renameSync(join(directory, name), join(aside, name));
    },
  ],
];

/**
 * The outbox's files are taken away in mid-run, with much that is pending; once that is noticed the service is killed,
 * and started again: nothing is lost.
 */
export async function outboxDeleted(random: () => number, times: number): Promise<Result> {
  return takenAway(random, times, WAYS);
}

/** The same with the database cut or overwritten, as `>` and `cp` do. */
export async function outboxOverwritten(random: () => number, times: number): Promise<Result> {
  return takenAway(random, times, OVERWRITTEN);
}

async function takenAway(random: () => number, times: number, ways: typeof WAYS): Promise<Result> {
  return withService(random, async (parts) => {
    const { pbx, receiver, service, place, outbox } = parts;
    pbx.busy(50);
    let leastPending = Number.POSITIVE_INFINITY;
    for (let time = 0; time < times; time++) {
      for (const [way, takeAway] of ways) {
        const answered = receiver.arrivals.length;
        await until('deliveries', () => receiver.arrivals.length > answered + 50);
        receiver.status = 503;
        const refused = receiver.refused;
        await until('deliveries that are pending', () => receiver.refused > refused + 4);
        const from = service.log.length;
        takeAway(place.directory);
        await until(`it to notice: ${way}`, () =>
          /is back; nothing|taken away[^"]*; nothing/.test(service.log.slice(from)),
        );
        await service.kill();
        leastPending = Math.min(leastPending, countIn(outbox, "deliveries WHERE state = 'pending'"));
        receiver.status = 200;
        const before = pbx.sessions.length;
        service.start();
        await until('the next connection', () => pbx.sessions.length > before);
      }
    }
    const losses = times * ways.length;
    const most = receiver.refused + losses * IN_FLIGHT_AT_MOST;
    const result = resultOf(await end(parts), most, { 'taken away': losses, 'pending at least': leastPending });
    if (leastPending === 0) result.wrong.push('nothing was pending when it was killed');
    return result;
  });
}
