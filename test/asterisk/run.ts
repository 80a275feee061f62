import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chrootOf, FLAVOURS } from './flavour.ts';

/*
 * Real calls on real Asterisk: installs it where it is missing, then plays every scenario on each flavour, all flavours
 * at once. ASTERISK=22 or 16 chooses one. Where Debian's sid cannot be installed on a day, 16 decides, and that is said.
 * usage: run.ts [SCENARIO…]
 */
const LAB = join(import.meta.dirname, 'lab');
const chosen = process.env.ASTERISK;
const versions = chosen === undefined || chosen === '' ? ['22', '16'] : [chosen];
const scenarios = process.argv.slice(2);

if (process.getuid?.() !== 0)
  throw new Error('this installs Asterisk into chroots and makes network namespaces: run it as root');
const missing: string[] = [];
for (const version of versions) {
  console.log(`Asterisk ${version} in ${chrootOf(version)} …`);
  const { status } = spawnSync('bash', [join(LAB, 'install.sh'), version, chrootOf(version)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) missing.push(version);
}
const left = versions.filter((version) => !missing.includes(version));
for (const version of missing)
  console.log(`\n*** ASTERISK ${version} IS LEFT OUT: it could not be installed today ***\n`);
const flavours = FLAVOURS.filter(({ version }) => left.includes(version));
// One version in one chroot runs once at a time; versions run side by side.
const results = await Promise.all(
  left.map(async (version) => {
    const codes: number[] = [];
    for (const { name } of flavours.filter((flavour) => flavour.version === version)) codes.push(await play(name));
    return codes;
  }),
);
const failed = results.flat().filter((code) => code !== 0).length;
if (left.length === 0 || failed > 0) process.exitCode = 1;
console.log(
  `test:asterisk: ${results.flat().length - failed} flavours passed, ${failed} failed${missing.length > 0 ? `; LEFT OUT: Asterisk ${missing.join(', ')}` : ''}`,
);

async function play(name: string): Promise<number> {
  const child = spawn(
    'bash',
    [join(LAB, 'in-namespace.sh'), name, process.execPath, join(import.meta.dirname, 'one.ts'), name, ...scenarios],
    {
      stdio: 'inherit',
    },
  );
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
