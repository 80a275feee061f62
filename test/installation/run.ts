import { spawnSync } from 'node:child_process';
import { needPrograms } from '../../packaging/apt.ts';
import { VERSION } from '../../packaging/project.ts';
import { buildsAreTheSame, lintianIsContent, otherArchitectureRuns, pagesAreSound } from './artefacts.ts';
import { Machine } from './lab/machine.ts';
import { Neighbours } from './lab/neighbours.ts';
import { buildArchive, buildPackage, firstPackage, PACKAGE, versionOf, withVersion } from './lab/packages.ts';
import { RELEASES, type Release } from './lab/roots.ts';
import { archiveWorks } from './steps/archive.ts';
import { bundleIsComplete, commandsWork, runsOnce } from './steps/commands.ts';
import { installs, isNotConfigured, startsWhenConfigured } from './steps/installing.ts';
import { purges, removes, staysStopped, upgrades } from './steps/leaving.ts';
import { comesBackWhenItHangs, comesBackWhenKilled, keepsTheGoodConfiguration, reloads } from './steps/running.ts';
import { LAYOUTS, setsUp } from './steps/setting-up.ts';
import { filesOf, type World } from './steps/world.ts';

/*
 * `npm run test:package`: the package as it is installed, by a real systemd. As root, on Debian. PACKAGE=nightly: on
 * Debian 13 as well, the packages as they are released, and an upgrade from the first one that was ever built. `--
 * trixie`: on Debian 13 only. `-- setup`: only what `call-events setup` does beside a real Asterisk. TRANSCRIPTS=1:
 * what was typed there is kept in docs/transcripts.
 */
const nightly = process.env.PACKAGE === 'nightly';
const named = RELEASES.filter((release) => process.argv.includes(release));
const onlySetup = process.argv.includes('setup');
const tried = named.length > 0 ? named : nightly ? RELEASES : RELEASES.slice(0, 1);

/** What is made and looked at before anything is installed. */
const ARTEFACTS: readonly (readonly [string, () => Promise<void>])[] = [
  ['the manual pages are sound', pagesAreSound],
  ...(nightly
    ? ([
        ['the packages are built, and lintian is content', lintianIsContent],
        ['two builds are the same', buildsAreTheSame],
        ['the package for the other architecture runs', otherArchitectureRuns],
      ] as const)
    : ([['the package is built', buildPackage]] as const)),
];

/** What is done on a machine, one after the other. */
const STEPS: readonly (readonly [string, (world: World) => Promise<void>])[] = [
  ['installs, and says what comes next', installs],
  ['says what is not configured', isNotConfigured],
  ['starts when it is configured', startsWhenConfigured],
  ['works as documented', commandsWork],
  ['has all that it loads later', bundleIsComplete],
  ['does not run twice', runsOnce],
  ['reloads', reloads],
  ['keeps the good configuration', keepsTheGoodConfiguration],
  ['comes back when it is killed', comesBackWhenKilled],
  ['comes back when it hangs', comesBackWhenItHangs],
  ['is removed, and comes back', removes],
  ['is purged', purges],
  ['is upgraded', upgrades],
  ['stays stopped when it was', staysStopped],
  ['is purged after an upgrade', purges],
  ...(nightly ? ([['works without a package manager', archiveWorks]] as const) : []),
];

needPrograms({ 'systemd-nspawn': 'systemd-container' });
let failed = 0;
for (const [name, step] of ARTEFACTS) if (!(await passes(name, step))) failed++;
const archive = nightly ? buildArchive() : '';
const first = nightly ? firstPackage() : PACKAGE;
const older = isOlder(versionOf(first), VERSION) ? first : withVersion(first, `${VERSION}~older`);
for (const release of tried) {
  if (!onlySetup && !(await passesOn(release))) failed++;
  for (const layout of LAYOUTS)
    if (!(await passes(`${release}: is set up on ${layout.name}`, () => setsUp(release, layout, PACKAGE)))) failed++;
}
console.log(failed === 0 ? 'package: all passed' : `package: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Goes through the steps on one release, until one fails. */
async function passesOn(release: Release): Promise<boolean> {
  const machine = await Machine.boot(release);
  const neighbours = await Neighbours.start(machine);
  try {
    const world: World = { machine, neighbours, deb: PACKAGE, older, archive, filesBefore: filesOf(machine) };
    for (const [name, step] of STEPS) {
      if (await passes(`${release}: ${name}`, async () => step(world))) continue;
      const { output } = machine.attempt(
        'systemctl status --no-pager call-events; journalctl -u call-events --no-pager -n 30',
      );
      console.log(output);
      return false;
    }
    return true;
  } finally {
    neighbours.stop();
    await machine.remove();
  }
}

async function passes(name: string, step: () => Promise<void>): Promise<boolean> {
  const from = performance.now();
  try {
    await step();
    console.log(`ok      ${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${name}`, error);
    return false;
  }
}

function isOlder(one: string, other: string): boolean {
  return spawnSync('dpkg', ['--compare-versions', one, 'lt', other]).status === 0;
}
