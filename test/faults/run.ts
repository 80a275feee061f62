import { amiCut, asteriskRestarted, halfOpen, hangupsWithheld } from './asterisk-faults.ts';
import { clockSet } from './clock-set.ts';
import { cutAnywhere } from './cut-anywhere.ts';
import { corrupt, diskFull, stoppedOnFullDisk } from './disk-faults.ts';
import { killedAtRandom, killedAtStep } from './kills.ts';
import { badReceivers, deadNames } from './neighbours.ts';
import { oddAnswers } from './odd-answers.ts';
import { outboxDeleted, outboxOverwritten } from './outbox-deleted.ts';
import { type FaultTest, runRows } from './run-rows.ts';
import { sickEndpoints } from './sick-endpoints.ts';
import { reloaded, terminatedUnderLoad } from './stopping.ts';

/*
 * The fault tests: kills, cuts, full disks, sick neighbours, each with its figures. `npm run build` first: the built
 * program starts faster. FAULTS=nightly makes the long sizes; a name as argument runs only the tests in whose names it
 * is. The outbox is compared with a model in test/delivery/outbox-model.test.ts, and failing writes in test/delivery.
 */
const nightly = process.env.FAULTS === 'nightly';
const seed = Number(process.env.SEED ?? 20261123);
const [only = ''] = process.argv.slice(2);

const STEPS = ['after write', 'before send', 'after answer', 'before record'] as const;

const TESTS: [string, FaultTest][] = [
  ['kill -9 at random moments', (random) => killedAtRandom(random, nightly ? 800 : 80)],
  ...STEPS.map((step): [string, FaultTest] => [
    `kill -9 ${step}`,
    (random) => killedAtStep(random, step, nightly ? 100 : 20),
  ]),
  ['AMI cut in the middle of a packet', (random) => amiCut(random, nightly ? 200 : 20)],
  ['AMI cut at every byte of a recording', cutAnywhere],
  ['AMI half open', halfOpen],
  ['Asterisk restarted in mid-call', asteriskRestarted],
  ['Hangups withheld', hangupsWithheld],
  ['sick endpoints', sickEndpoints],
  ['odd answers', oddAnswers],
  ['bad receivers beside a good one', badReceivers],
  ['dead names beside a good one', deadNames],
  ['SIGHUP every 50 ms', (random) => reloaded(random, nightly ? 1000 : 100)],
  ['SIGTERM under load', terminatedUnderLoad],
  ['clock set', clockSet],
  ['disk full', diskFull],
  ['stopped on a full disk', stoppedOnFullDisk],
  ['corrupt database', corrupt],
  ['outbox deleted', (random) => outboxDeleted(random, nightly ? 10 : 1)],
  ['outbox overwritten', (random) => outboxOverwritten(random, nightly ? 10 : 2)],
];

process.exitCode = (await runRows('faults', TESTS, only, seed)) ? 0 : 1;
