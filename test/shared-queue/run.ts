import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Result } from '../faults/with-service.ts';
import {
  clocksApart,
  databaseCutOff,
  databaseRestarted,
  deadReceiver,
  everybodyKilled,
  workerHangs,
} from './faults.ts';
import {
  bothRestarted,
  drainsLate,
  killedBetweenRings,
  killedInMidCall,
  killedInMidTransfer,
  partnerKilled,
  partnerKilledClocksApart,
  startedInMidCall,
  startedInMidTransfer,
} from './pair-faults.ts';
import { databaseFull, hangingTarget, unresolvableRules } from './poison-faults.ts';
import { installPostgres } from './postgres.ts';
import { sickNeighbours } from './sick-neighbours.ts';

/*
 * The shared queue against a real PostgreSQL: the tests of test/shared-queue, then the faults. FAULTS=nightly makes the long sizes; a
 * name as argument runs only the faults in whose names it is.
 */
const nightly = process.env.FAULTS === 'nightly';
const seed = Number(process.env.SEED ?? 20261128);
const [only = ''] = process.argv.slice(2);

installPostgres();
if (only === '') {
  const npm = spawnSync('npm', ['test', '--', 'test/shared-queue'], {
    stdio: 'inherit',
    cwd: join(import.meta.dirname, '../..'),
  });
  if (npm.status !== 0) process.exit(1);
}

function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const TESTS: [string, (random: () => number) => Promise<Result>][] = [
  [
    'two services and three workers, killed',
    (random) => everybodyKilled(random, nightly ? 200 : Number(process.env.KILLS ?? 40)),
  ],
  ['database restarted', (random) => databaseRestarted(random, nightly ? 40 : 5)],
  ['cut off from the database', databaseCutOff],
  ['a worker that hangs', workerHangs],
  ['clocks apart', clocksApart],
  ['a database whose disk is full', databaseFull],
  ['a target whose every request hangs', hangingTarget],
  ['healthy targets beside sick ones, one worker', () => sickNeighbours(1)],
  ['healthy targets beside sick ones, three workers', () => sickNeighbours(3)],
  ['rules that two of three workers cannot resolve', unresolvableRules],
  ['a pair, the second started in mid-call', startedInMidCall],
  ['a pair, the second started in mid-call, the first killed', killedInMidCall],
  ['a pair, the second started in mid-transfer', startedInMidTransfer],
  ['a pair, the second started in mid-transfer, the first killed', killedInMidTransfer],
  ['a pair, the second started between two rings, the first killed', killedBetweenRings],
  ['a pair on a busy PBX, the first killed for good', (random) => partnerKilled(random)],
  ['a pair with clocks a minute apart, the first killed for good', partnerKilledClocksApart],
  ['a pair, each restarted in turn', bothRestarted],
  ['a pair, an outbox that drains late', drainsLate],
  ['a receiver that takes nothing for a while', deadReceiver],
];

/** A row whose times were over their limits is run so often. */
const RUNS = 3;

/** @returns whether it passed */
async function run(name: string, test: (typeof TESTS)[number][1]): Promise<boolean> {
  for (let left = RUNS - 1; ; left--) {
    const from = performance.now();
    const { figures, wrong, late } = await test(seeded(seed));
    const shown = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    const isRight = wrong.length === 0 && late.length === 0;
    const isTriedAgain = wrong.length === 0 && !isRight && left > 0;
    const verdict = isRight ? 'ok    ' : isTriedAgain ? 'late  ' : 'FAILED';
    console.log(`${verdict}  ${name} (${seconds} s): ${shown.join(', ')}`);
    for (const what of [...wrong, ...late]) console.log(`        ${what}`);
    if (!isTriedAgain) return isRight;
  }
}

let failed = 0;
for (const [name, test] of TESTS.filter(([title]) => title.includes(only))) if (!(await run(name, test))) failed++;
console.log(`queue: ${failed === 0 ? 'all passed' : `${failed} failed`} (SEED=${seed})`);
process.exit(failed === 0 ? 0 : 1);
