import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type FaultTest, runRows } from '../faults/run-rows.ts';
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
 * The shared queue against a real PostgreSQL: the tests of test/shared-queue, then the faults. FAULTS=nightly makes the
 * long sizes; a name as argument runs only the faults in whose names it is.
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

const TESTS: [string, FaultTest][] = [
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

process.exit((await runRows('queue', TESTS, only, seed)) ? 0 : 1);
