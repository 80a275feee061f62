import { join } from 'node:path';
import { type ServiceProcess, until } from '../faults/service-process.ts';
import { pause, type Result } from '../faults/with-service.ts';
import { endShared, withSharedWorld } from './shared-world.ts';

/** What a worker may have on its way when it is killed: `delivery.perTarget`, and what it records in one go. */
const IN_FLIGHT = 2 * 4;

/** What waits while all are down must not be late: a Dial that has expired is no lost one. */
const LONG_DIALS = 'delivery: { retry: { dial: { expire: 1h } } }';

/** Services and workers are killed at random moments, each on its own: at times all of them are down. */
export async function everybodyKilled(random: () => number, times: number): Promise<Result> {
  return withSharedWorld(
    random,
    async (world) => {
      const { pbx, services, workers } = world;
      pbx.busy(50);
      const killAgain = async (victim: ServiceProcess, again: () => Promise<void>) => {
        for (let kill = 0; kill < times; kill++) {
          await pause(100 + random() * 800);
          await victim.kill();
          await pause(random() * 300);
          victim.start();
          await again();
        }
      };
      const started = (victim: ServiceProcess, text: string) => {
        const from = victim.log.length;
        return until(text, () => victim.log.includes(text, from));
      };
      await Promise.all([
        ...services.map((one) => killAgain(one, () => started(one, 'AMI: connected'))),
        ...workers.map((one) => killAgain(one, () => started(one, 'sends what is in the shared queue'))),
      ]);
      return endShared(world, times * workers.length * IN_FLIGHT, {
        kills: times * (services.length + workers.length),
      });
    },
    { more: LONG_DIALS },
  );
}

export async function databaseRestarted(random: () => number, times: number): Promise<Result> {
  return withSharedWorld(random, async (world) => {
    world.pbx.busy(50);
    for (let restart = 0; restart < times; restart++) {
      await pause(1000 + random() * 1000);
      world.postgres.kill();
      await pause(random() * 1000);
      world.postgres.start();
    }
    await pause(500);
    return endShared(world, times * world.workers.length * IN_FLIGHT, { restarts: times });
  });
}

/** Services and workers are cut off from the database: at once, and without a word. */
export async function databaseCutOff(random: () => number): Promise<Result> {
  return withSharedWorld(random, async (world) => {
    const { line, pbx } = world;
    pbx.busy(50);
    for (const how of ['cut', 'swallow'] as const) {
      await pause(1500);
      line[how]();
      await pause(3000);
      line.mend();
    }
    await pause(1000);
    return endShared(world, 2 * world.workers.length * IN_FLIGHT);
  });
}

/** A worker stops in mid-attempt, and goes on when others have what it had. */
export async function workerHangs(random: () => number): Promise<Result> {
  return withSharedWorld(
    random,
    async (world) => {
      const { pbx, receiver, workers } = world;
      const [hangs] = workers;
      pbx.busy(50);
      await pause(1500);
      receiver.delayMs = 300;
      await pause(200);
      hangs?.signal('SIGSTOP');
      await pause(9000);
      receiver.delayMs = 0;
      hangs?.signal('SIGCONT');
      await pause(1000);
      // What it had on its way, and what had been answered and was not recorded.
      return endShared(world, 2 * IN_FLIGHT);
    },
    { more: 'delivery: { timeout: 2s }' },
  );
}

/** The clocks of the hosts are a minute apart: one service ahead, one worker behind. */
export async function clocksApart(random: () => number): Promise<Result> {
  const preload = (place: number) =>
    place === 1 || place === 3 ? [join(import.meta.dirname, '../faults/settable-clock.ts')] : [];
  return withSharedWorld(
    random,
    async (world) => {
      const { pbx, services, workers } = world;
      services[1]?.send(60_000);
      workers[1]?.send(-60_000);
      await pause(200);
      pbx.busy(50);
      await pause(6000);
      return endShared(world, 0);
    },
    { preload },
  );
}

/** One receiver in ten takes nothing; the others are served meanwhile. */
export async function deadReceiver(random: () => number): Promise<Result> {
  return withSharedWorld(random, async (world) => {
    const { pbx, receiver } = world;
    receiver.status = 503;
    pbx.busy(50);
    await pause(4000);
    receiver.status = 200;
    await pause(2000);
    return endShared(world, receiver.refused, { refused: receiver.refused });
  });
}
