import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUGS, type PlantedBug } from './bugs.ts';

/**
 * `npm run test:planted`: plants each of some bugs in a copy of the source, lets the storms of CI loose on it, and
 * fails when one of the bugs is not found. So it is known that they would be.
 */

const ROOT = join(import.meta.dirname, '../..');

interface Found {
  /** What the storms were looked at for. */
  hunt: string;
  error: string;
  message: string;
}

/** A copy of the source in which `bug` is planted; a faithful one without. */
function copied(bug: PlantedBug | undefined): string {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-planted-'));
  for (const folder of ['src', 'test/calls', 'test/helpers', 'test/planted'])
    cpSync(join(ROOT, folder), join(directory, folder), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(directory, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  if (bug !== undefined) plant(bug, join(directory, 'src', bug.file));
  return directory;
}

function plant({ name, file, text, by }: PlantedBug, path: string): void {
  const parts = readFileSync(path, 'utf8').split(text);
  if (parts.length !== 2)
    throw new Error(`test/planted/bugs.ts: "${name}": its text is ${parts.length - 1} times in src/${file}, not once`);
  writeFileSync(path, parts.join(by));
}

/** What the storms find in a copy of the source; `undefined` when they find nothing. */
async function hunted(directory: string): Promise<Found | undefined> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(directory, 'test/planted/hunt.ts')], {
    maxBuffer: 2 ** 26,
  });
  return stdout === '' ? undefined : JSON.parse(stdout);
}

async function tried(bug: PlantedBug | undefined): Promise<{ found: Found | undefined; seconds: string }> {
  const begun = performance.now();
  const directory = copied(bug);
  try {
    return { found: await hunted(directory), seconds: ((performance.now() - begun) / 1000).toFixed(1) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);

let missed = 0;
for (const bug of BUGS) {
  const { found, seconds } = await tried(bug);
  if (found === undefined) missed++;
  say(`${found === undefined ? 'NOT FOUND' : 'found'}: ${bug.name} (${seconds} s)`);
  if (found === undefined) continue;
  say(`    storms ${found.hunt}`);
  say(`    ${found.error}: ${found.message.split('\n')[0]?.slice(0, 200)}`);
}
const { found, seconds } = await tried(undefined);
say(
  found === undefined
    ? `nothing planted, nothing found (${seconds} s)`
    : `nothing planted, but found: ${found.message}`,
);
say(`${BUGS.length - missed} of ${BUGS.length} planted bugs found`);
process.exitCode = missed === 0 && found === undefined ? 0 : 1;
