import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { needPrograms } from '../../../packaging/apt.ts';
import { run } from '../../../packaging/run.ts';

/** The releases of Debian that the package is tried on. */
export const RELEASES = ['bookworm', 'trixie'] as const;
export type Release = (typeof RELEASES)[number];

/** What lasts from one run to the next; it may be removed at any time. */
export const CACHE = process.env.CALL_EVENTS_LAB ?? '/var/cache/call-events-lab';

/** What a machine has that a chroot has not: an init, and what it needs to boot. */
const PACKAGES = 'systemd,systemd-sysv,dbus,udev,kmod,ca-certificates';

/**
 * A folder with a fresh Debian in it, which a machine may be booted from. It is made once, which takes a minute; then
 * it is unpacked.
 * @returns the folder, which the caller removes
 */
export function freshRoot(release: Release): string {
  const archive = join(CACHE, `${release}.tar`);
  if (!existsSync(archive)) makeArchive(release, archive);
  const root = mkdtempSync('/var/tmp/call-events-machine-');
  run('tar', ['-C', root, '-xf', archive]);
  return root;
}

function makeArchive(release: Release, archive: string): void {
  needPrograms({ debootstrap: 'debootstrap' });
  mkdirSync(CACHE, { recursive: true });
  const root = mkdtempSync('/var/tmp/call-events-root-');
  try {
    run('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, release, root, mirror()]);
    rmSync(join(root, 'var/cache/apt/archives'), { recursive: true });
    // Made for its owner alone; in the machine it is /.
    chmodSync(root, 0o755);
    run('tar', ['-C', root, '-cf', `${archive}.new`, '.']);
    renameSync(`${archive}.new`, archive);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Where this machine gets its own packages from, as apt itself is set up, in whichever of its files. */
function mirror(): string {
  const { stdout } = spawnSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8' });
  const [, found] = /^'([^']*)\/dists\/\w+\/main\/binary-/m.exec(stdout) ?? [];
  if (found === undefined) throw new Error('apt names no Debian mirror: which one should the machines come from?');
  return found;
}
