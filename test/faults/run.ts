import { amiCut, asteriskRestarted, halfOpen, hangupsWithheld } from './asterisk-faults.ts';
import { clockSet } from './clock-set.ts';
import { cutAnywhere } from './cut-anywhere.ts';
import { corrupt, diskFull, stoppedOnFullDisk } from './disk-faults.ts';
import { killedAtRandom, killedAtStep } from './kills.ts';
import { badReceivers, deadNames } from './neighbours.ts';
import { oddAnswers } from './odd-answers.ts';
import { outboxDeleted, outboxOverwritten } from './outbox-deleted.ts';
import { sickEndpoints } from './sick-endpoints.ts';
import { reloaded, terminatedUnderLoad } from './stopping.ts';
import type { Result } from './with-service.ts';

/*
 * The fault tests: kills, cuts, full disks, sick neighbours, each with its figures. `npm run build` first: the built
 * program starts faster. FAULTS=nightly makes the long sizes; a name as argument runs only the tests in whose names it is.
 * The outbox is compared with a model in test/delivery/outbox-model.test.ts, and failing writes in test/delivery.
 */
const nightly = process.env.FAULTS === 'nightly';
const seed = Number(process.env.SEED ?? 20261123);
const [only = ''] = process.argv.slice(2);

/** 0 to 1, the same for the same seed. */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

type Test = (random: () => number) => Promise<Result>;

const STEPS = ['after write', 'before send', 'after answer', 'before record'] as const;

const TESTS: [string, Test][] = [
  ['kill -9 at random moments', (random) => killedAtRandom(random, nightly ? 800 : 80)],
  ...STEPS.map((step): [string, Test] => [
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

/** A row whose times were over their limits is run so often. */
const RUNS = 3;

/** @returns whether it passed */
async function run(name: string, test: Test): Promise<boolean> {
  for (let left = RUNS - 1; ; left--) {
    const from = performance.now();
    const { figures, wrong, late } = await test(seeded(seed));
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    const shown = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
    const isRight = wrong.length === 0 && late.length === 0;
    const isTriedAgain = wrong.length === 0 && !isRight && left > 0;
    const verdict = isRight ? 'ok    ' : isTriedAgain ? 'late  ' : 'FAILED';
    console.log(`${verdict}  ${name} (${seconds} s): ${shown.join(', ')}`);
    for (const what of [...wrong, ...late]) console.log(`        ${what}`);
    if (!isTriedAgain) return isRight;
  }
}

let failed = 0;
let passed = 0;
for (const [name, test] of TESTS.filter(([title]) => title.includes(only))) {
  if (await run(name, test)) passed++;
  else failed++;
}
console.log(`faults: ${passed} passed, ${failed} failed (SEED=${seed})`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
