import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chrootOf } from '../asterisk/flavour.ts';
import { look } from './look.ts';
import { judge } from './oracle/judge.ts';
import { replayRun } from './replay-run.ts';
import { report } from './report.ts';
import { type RunRecord, readRun, runFiles, writeArrivals } from './run-files.ts';
import { type Settings, settingsFrom } from './settings.ts';

/*
 * Random calls on a real Asterisk, with the service beside it; what the phones saw judges what it sent.
 * usage: run.ts SEED CALLS [22|16]      plays and judges
 *        run.ts judge DIRECTORY         judges a run again
 *        run.ts replay DIRECTORY        replays a run through the service as it is now, and judges that
 *        run.ts look DIRECTORY CALL     shows one call of a run
 * The same seed plans the same calls; their timing is the machine's. KINDS=queue,ivr only these kinds; AT_ONCE=6 how
 * many calls at once; KILL=1 kills the service every 8 to 20 s; NEW=missed,line,queue has it send those too; RUNS where
 * the runs are kept.
 */
const LAB = join(import.meta.dirname, '../asterisk/lab');
const USAGE =
  'usage: npm run test:random -- SEED CALLS [22|16] | judge DIRECTORY | replay DIRECTORY | look DIRECTORY CALL';
const [command = '', ...rest] = process.argv.slice(2);
try {
  if (command === 'look') look(rest[0] ?? '', Number(rest[1]));
  else if (command === 'judge') conclude(rest[0] ?? '');
  else if (command === 'replay') conclude(rest[0] ?? '', replayedRun(rest[0] ?? ''));
  else await playAndJudge(settingsFrom([command, ...rest], process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 2;
}

async function playAndJudge(settings: Settings): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('this installs Asterisk into a chroot and makes a network namespace: run it as root');
  const { seed, version } = settings;
  const runs = process.env.RUNS ?? tmpdir();
  mkdirSync(runs, { recursive: true });
  const directory = mkdtempSync(join(runs, `random-calls-${version}-${seed}-`));
  writeFileSync(runFiles(directory).settings, JSON.stringify(settings));
  const instance = `random-${process.pid}-${version}-${seed}`;
  const play = [process.execPath, join(import.meta.dirname, 'play-run.ts'), directory, instance];
  await mustRun([join(LAB, 'install.sh'), version, chrootOf(version)]);
  await mustRun([join(LAB, 'in-namespace.sh'), instance, ...play]);
  conclude(directory);
}

/** A run with what the service would send of it today; that is written down beside what it sent, to be compared. */
function replayedRun(directory: string): RunRecord {
  const run = readRun(directory);
  const arrivals = replayRun(directory);
  writeArrivals(runFiles(directory).replayed, arrivals);
  return { ...run, arrivals };
}

function conclude(directory: string, { settings, story, arrivals }: RunRecord = readRun(directory)): void {
  const verdict = judge(story, arrivals, settings.added);
  const { wrong, compared, unjudged } = verdict.tally;
  const written = { settings, compared, unjudged: Object.fromEntries(unjudged), wrong };
  writeFileSync(runFiles(directory).verdict, JSON.stringify(written, null, 1));
  for (const line of report(settings, verdict, directory)) console.log(line);
  const { calls } = settings;
  console.log(`test:random: ${calls - verdict.failed} calls passed, ${verdict.failed} failed (SEED=${settings.seed})`);
  if (verdict.failed > 0 || compared === 0) process.exitCode = 1;
}

async function mustRun(command: readonly string[]): Promise<void> {
  const child = spawn('bash', command, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}`);
}
