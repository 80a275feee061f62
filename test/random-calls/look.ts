import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replayBytes } from '../../src/ami/replay.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ladderOf, type Step } from '../docs/ladder.ts';
import { cutCall } from './cut-call.ts';
import { Evidence } from './oracle/evidence.ts';
import { judge } from './oracle/judge.ts';
import type { Seen } from './phones/story.ts';
import { type CallPlan, outsideNumber, tagOfPlan } from './plan/plan.ts';
import { readRun, runFiles } from './run-files.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/**
 * Shows one call of a run: what its phones saw, the ladder of its AMI events, what `replay` makes of them, what is
 * wrong.
 */
export function look(directory: string, plan: number): void {
  const files = runFiles(directory);
  const { settings, story, arrivals } = readRun(directory);
  if (!(plan >= 1 && plan <= settings.calls)) throw new Error(`CALL is a number from 1 to ${settings.calls}`);
  const cut = join(directory, `call-${plan}.ami.log`);
  writeFileSync(cut, cutCall(readFileSync(files.ami, 'utf8'), [tagOfPlan(plan), outsideNumber(plan)]));
  heading('what the phones saw');
  for (const line of storyOf(story, plan)) console.log(line);
  heading(`what Asterisk said, in ${cut}`);
  const extensions = new Extensions(loadConfig(files.config));
  for (const { rung, out } of ladderOf(replayBytes(readFileSync(cut)), extensions))
    console.log(rungLine({ rung, out }));
  heading('what replay makes of it');
  const replay = spawnSync(process.execPath, [MAIN, 'replay', cut, '--config', files.config, '--explain'], {
    encoding: 'utf8',
  });
  console.log(replay.stdout + replay.stderr);
  heading('what is wrong');
  const { wrong } = judge(story, arrivals, settings.added).tally;
  const legIds = new Set(arrivals.flatMap(({ params }) => (isOfCall(params) ? [params.LegID] : [])));
  for (const one of wrong) if (one.plan === plan || legIds.has(one.leg)) console.log(`${one.kind}: ${one.text}`);

  function isOfCall({ CallerIDNam = '', CallerIDNum = '' }: Record<string, string>): boolean {
    return CallerIDNam.startsWith(tagOfPlan(plan)) || CallerIDNum.endsWith(outsideNumber(plan));
  }
}

/** The lines of a story that have to do with one plan. */
function storyOf(story: readonly Seen[], plan: number): string[] {
  const evidence = new Evidence(story);
  const calls = new Set(evidence.calls.filter((call) => (call.plan ?? call.tag?.plan) === plan).map(({ id }) => id));
  const own = story.filter(
    (seen) =>
      ('call' in seen && calls.has(seen.call)) ||
      ('plan' in seen && (seen.plan === plan || (seen.saw === 'plan' && seen.plan.index === plan))),
  );
  const from = own[0]?.at ?? 0;
  return own.map((seen) => {
    const { at, saw } = seen;
    const call = 'call' in seen ? seen.call : '';
    const details =
      seen.saw === 'plan' ? shortPlan(seen.plan) : { ...seen, at: undefined, saw: undefined, call: undefined };
    return `${((at - from) / 1000).toFixed(3).padStart(8)}  ${call.padEnd(10)} ${saw} ${JSON.stringify(details)}`;
  });
}

/** How each phone meets the call stands at the phone's own line. */
const shortPlan = ({ kind, begins, middle, pickups }: CallPlan) => ({ kind, begins, middle, pickups });

function rungLine({ rung, out }: Step): string {
  const left = rung === undefined ? 'time passes' : `${rung.event} ${rung.what}`;
  const sent = out.map(({ event, leg, params }) => `${event} of ${leg.extension} (${params.CallStatus})`).join(', ');
  return `  ${left}${sent === '' ? '' : `   ==> ${sent}`}`;
}

function heading(text: string): void {
  console.log(`\n--- ${text}`);
}
