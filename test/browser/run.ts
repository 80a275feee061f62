import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { CHROMIUM } from './browser.ts';

/*
 * Goes through the page as a person does, in a real browser: `npm run test:web`, or `npm run test:web -- forms` for one
 * file of steps. Installs Chromium where it is missing, as root on Debian.
 */
const INSTALL = [
  ['apt-get', 'update', '-qq'],
  ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
];

if (!existsSync(CHROMIUM))
  for (const [command = '', ...args] of INSTALL) {
    const { status } = spawnSync(command, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) {
      process.stderr.write(`${CHROMIUM} is missing, and ${command} ${args.join(' ')} failed\n`);
      process.exit(1);
    }
  }

const wanted = process.argv.slice(2);
const files = globSync('*.steps.ts', { cwd: import.meta.dirname })
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort()
  .map((file) => join(import.meta.dirname, file));
if (files.length === 0) {
  process.stderr.write(`there are no steps named ${wanted.join(' or ')}\n`);
  process.exit(2);
}
// One after the other: two browsers at once are slower than one after the other here.
const run = spawn(
  process.execPath,
  ['--test', '--test-concurrency=1', '--test-force-exit', '--test-reporter=spec', ...files],
  {
    stdio: 'inherit',
  },
);
run.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
