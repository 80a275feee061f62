import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chrootOf, FLAVOURS, type Flavour } from './flavour.ts';
import { scenariosOf } from './scenarios/all.ts';

/*
 * Real calls on real Asterisk: installs it where it is missing, then plays every scenario on each flavour, on as many
 * Asterisks side by side as the machine bears. ASTERISK=22 or 16 chooses a version, FLAVOUR a flavour.
 * Where one version cannot be installed on a day, the other decides, and that is said.
 * usage: run.ts [--record] [SCENARIO…]; --record writes fixtures/<scenario>/<flavour>.ami.log
 */
const LAB = join(import.meta.dirname, 'lab');
const [record, wanted] =
  process.argv[2] === '--record' ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];
const { ASTERISK = '', FLAVOUR = '' } = process.env;
/** Most of a scenario is waiting: one Asterisk more than there are cores. */
const SIDE_BY_SIDE = availableParallelism() + 1;
/** How many scenarios one Asterisk plays: few enough that all end at about the same time. */
const LANE = 45;
const versions = ASTERISK === '' ? ['22', '16'] : [ASTERISK];

if (process.getuid?.() !== 0)
  throw new Error('this installs Asterisk into chroots and makes network namespaces: run it as root');

const startedAt = performance.now();
const installed = await Promise.all(versions.map(async (version) => ({ version, ok: await install(version) })));
const missing = installed.filter(({ ok }) => !ok).map(({ version }) => version);
const flavours = FLAVOURS.filter(
  ({ name, version }) =>
    versions.includes(version) && !missing.includes(version) && (FLAVOUR === '' || FLAVOUR === name),
);
const lanes = flavours.flatMap((flavour) => lanesOf(flavour).map((scenarios) => ({ flavour, scenarios })));
const results: Result[] = [];
const worker = async () => {
  for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift())
    results.push(await play(lane.flavour, lane.scenarios));
};
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));

for (const { name } of flavours) {
  const own = results.filter(({ flavour }) => flavour === name);
  if (own.length === 0) continue;
  console.log(`${name}: ${own[0]?.version}: ${sum(own, 'passed')} passed, ${sum(own, 'failed')} failed`);
}
const failed = results.some(({ code }) => code !== 0) || results.length === 0;
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(
  `test:asterisk: ${sum(results, 'passed')} calls passed, ${sum(results, 'failed')} failed, ${sum(results, 'again')} plays made again, in ${new Set(results.map(({ flavour }) => flavour)).size} flavours and ${seconds} s`,
);
for (const version of missing)
  console.log(`\n*** ASTERISK ${version} IS LEFT OUT: it could not be installed today (see above) ***`);
if (failed) process.exitCode = 1;

interface Result {
  flavour: string;
  version: string;
  passed: number;
  failed: number;
  /** Plays that went wrong and were played again. */
  again: number;
  code: number;
}

function sum(of: readonly Result[], what: 'passed' | 'failed' | 'again'): number {
  return of.reduce((total, result) => total + result[what], 0);
}

/** Shows what it prints only when it fails. */
async function install(version: string): Promise<boolean> {
  const child = spawn('bash', [join(LAB, 'install.sh'), version, chrootOf(version)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1)));
  if (code !== 0) console.log(`Asterisk ${version} could not be installed:\n${output.slice(-3000)}`);
  return code === 0;
}

/** The scenarios of a flavour, dealt out: which lane plays which is always the same. */
function lanesOf(flavour: Flavour): string[][] {
  const names = scenariosOf(flavour, wanted)
    .filter(({ luck }) => record || luck === undefined)
    .map(({ name }) => name);
  const count = Math.ceil(names.length / LANE);
  return Array.from({ length: count }, (_, lane) => names.filter((_name, index) => index % count === lane));
}

async function play(flavour: Flavour, scenarios: readonly string[]): Promise<Result> {
  const result: Result = { flavour: flavour.name, version: '', passed: 0, failed: 0, again: 0, code: 0 };
  // Two runs at once do not get in each other's way.
  const instance = `${process.pid}-${flavour.name}-${scenarios[0]}`;
  const script = join(import.meta.dirname, record ? 'recorder.ts' : 'play-flavour.ts');
  const command = [process.execPath, script, flavour.name, instance, ...scenarios];
  const child = spawn('bash', [join(LAB, 'in-namespace.sh'), instance, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface(child.stdout).on('line', (line) => {
    console.log(line);
    if (line.startsWith('ok ')) result.passed++;
    if (line.startsWith('FAILED ')) result.failed++;
    if (line.startsWith('again ')) result.again++;
    result.version = /^on (Asterisk .*)/.exec(line)?.[1] ?? result.version;
  });
  result.code = await new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  if (result.code !== 0 && result.failed === 0) {
    result.failed = scenarios.length - result.passed || 1;
    console.log(`FAILED  ${flavour.name}: ended with ${result.code}`);
  }
  return result;
}
