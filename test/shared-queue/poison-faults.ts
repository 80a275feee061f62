import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { judge } from '../faults/judge.ts';
import { RecordingReceiver } from '../faults/recording-receiver.ts';
import { until } from '../faults/service-process.ts';
import { SmallDisk } from '../faults/small-disk.ts';
import { pause, type Result, resultOf } from '../faults/with-service.ts';
import { DATABASE_USER } from './postgres.ts';
import { endShared, withSharedWorld } from './shared-world.ts';

/**
 * The disk of the database is full: nothing is lost, and it goes on by itself when there is room again. As root: a
 * tmpfs.
 */
export async function databaseFull(random: () => number): Promise<Result> {
  const disk = new SmallDisk();
  if (!disk.mount()) return { figures: { 'left out': 'no tmpfs can be mounted here' }, wrong: [], late: [] };
  const tables = join(disk.path, 'tables');
  mkdirSync(tables);
  execFileSync('chmod', ['755', disk.path]);
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, DATABASE_USER])));
  chownSync(tables, uid, gid);
  try {
    return await withSharedWorld(
      random,
      async (world) => {
        const { pbx, services, workers } = world;
        pbx.busy(50);
        await pause(1500);
        disk.fill();
        const isFull = () => services.some(({ log }) => /No space left on device/.test(log));
        await until('the database to be full', isFull);
        await pause(3000);
        disk.empty();
        await pause(500);
        return endShared(world, workers.length * 8);
      },
      {
        prepare: async ({ url }) => {
          const client = new pg.Client(url);
          await client.connect();
          await client.query(`CREATE TABLESPACE small LOCATION '${tables}'`);
          await client.query('ALTER DATABASE postgres SET default_tablespace = small');
          await client.end();
        },
      },
    );
  } finally {
    disk.remove();
  }
}

/** Every request to the target of ten extensions in a hundred hangs: the others get all of theirs. */
export async function hangingTarget(random: () => number): Promise<Result> {
  const hangs = new RecordingReceiver();
  hangs.delayMs = 3_600_000;
  const port = await hangs.listen();
  try {
    return await withSharedWorld(
      random,
      async (world) => {
        const { pbx, receiver } = world;
        pbx.busy(50);
        await pause(6000);
        await endShared(world, 0, {}, { without: `:${port}` });
        const legs = pbx.legs.filter(({ extension }) => !isPoisoned(extension));
        return resultOf(judge(legs, pbx.sessions, receiver.arrivals), 0, {
          'hanging requests': hangs.arrivals.length,
        });
      },
      {
        more: 'delivery: { timeout: 2s }',
        configure: (text) =>
          text.replace(/(id: [a-z-]+-19\d, method: POST, url: "http:\/\/127\.0\.0\.1:)\d+/g, `$1${port}`),
      },
    );
  } finally {
    await hangs.stop();
  }
}

const isPoisoned = (extension: string) => extension.startsWith('19');

/** Two of three workers cannot resolve what the rules refer to: they leave all to the third. */
export async function unresolvableRules(random: () => number): Promise<Result> {
  return withSharedWorld(
    random,
    async (world) => {
      const { pbx, workers } = world;
      pbx.busy(50);
      await pause(3000);
      const leave = workers.filter(({ log }) => log.includes('cannot be used here, and are left to other workers'));
      const result = await endShared(world, 0, { 'workers without the secret': leave.length });
      if (leave.length !== 2) result.wrong.push(`${leave.length} workers say that they leave the rules to others`);
      return result;
    },
    {
      configure: (text) =>
        text.replace('id: dial-in-100,', `id: dial-in-100, headers: { X-Token: "\${env:CRM_TOKEN}" },`),
      // Two services, and the first worker.
      env: (place): NodeJS.ProcessEnv => (place < 3 ? { CRM_TOKEN: 'secret' } : {}),
    },
  );
}
