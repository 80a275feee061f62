import { spawnSync } from 'node:child_process';
import { needPrograms } from '../../packaging/apt.ts';
import { Machine } from './lab/machine.ts';
import { Neighbours } from './lab/neighbours.ts';
import { buildPackage, firstPackage, versionOf, withVersion } from './lab/packages.ts';
import type { Release } from './lab/roots.ts';
import { bundleIsComplete, commandsWork, runsOnce } from './steps/commands.ts';
import { installs, isNotConfigured, startsWhenConfigured } from './steps/installing.ts';
import { purges, removes, staysStopped, upgrades } from './steps/leaving.ts';
import { comesBackWhenItHangs, comesBackWhenKilled, keepsTheGoodConfiguration, reloads } from './steps/running.ts';
import { filesOf, type World } from './steps/world.ts';

/*
 * `npm run test:package`: the package as it is installed, by a real systemd. As root, on Debian. PACKAGE=nightly: on Debian 13 as
 * well, the packages as they are released, and an upgrade from the first one that was ever built.
 */
const nightly = process.env.PACKAGE === 'nightly';
const RELEASES: readonly Release[] = nightly ? ['bookworm', 'trixie'] : ['bookworm'];

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
];

needPrograms({ 'systemd-nspawn': 'systemd-container' });
const deb = buildPackage(!nightly);
const first = nightly ? firstPackage() : deb;
const older = isOlder(versionOf(first), versionOf(deb)) ? first : withVersion(first, `${versionOf(deb)}~older`);
console.log(`${deb}, to be upgraded to from ${older}`);
let failed = 0;
for (const release of RELEASES) failed += await tryOn(release);
console.log(failed === 0 ? 'package: all passed' : `package: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Goes through the steps on one release; the first that fails is the last. @returns how many failed */
async function tryOn(release: Release): Promise<number> {
  const machine = await Machine.boot(release);
  const neighbours = await Neighbours.start(machine);
  try {
    const world: World = { machine, neighbours, deb, older, filesBefore: filesOf(machine) };
    for (const [name, step] of STEPS) {
      const from = performance.now();
      try {
        await step(world);
        console.log(`ok      ${release}: ${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
      } catch (error) {
        console.log(`FAILED  ${release}: ${name}`, error);
        console.log(
          machine.attempt('systemctl status --no-pager call-events; journalctl -u call-events --no-pager -n 30').output,
        );
        return 1;
      }
    }
    return 0;
  } finally {
    neighbours.stop();
    await machine.remove();
  }
}

function isOlder(one: string, other: string): boolean {
  return spawnSync('dpkg', ['--compare-versions', one, 'lt', other]).status === 0;
}
