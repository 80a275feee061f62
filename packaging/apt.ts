import { spawnSync } from 'node:child_process';
import { run } from './run.ts';

/**
 * Sees to it that programs are there: as root on Debian the packages that have them are installed.
 * @param packages by program; several with blanks between them
 * @throws when one is missing and cannot be installed; names what to install
 */
export function needPrograms(packages: Readonly<Record<string, string>>): void {
  const missing = Object.entries(packages).filter(([program]) => !isThere(program));
  if (missing.length === 0) return;
  const names = [...new Set(missing.flatMap(([, given]) => given.split(' ')))];
  if (process.getuid?.() !== 0 || !isThere('apt-get'))
    throw new Error(`${missing.map(([program]) => program).join(', ')}: missing. Install ${names.join(', ')}`);
  process.stderr.write(`installs ${names.join(', ')}\n`);
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
