import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needPrograms } from '../../packaging/apt.ts';
import { manual } from '../../packaging/manual/manual.ts';
import { EPOCH, OUTPUT, ROOT, VERSION, WORK } from '../../packaging/project.ts';
import { run } from '../../packaging/run.ts';
import { ARCHITECTURES, type Architecture } from '../../packaging/runtime.ts';
import { NATIVE } from './lab/packages.ts';

/** The manual pages are what mandoc wants them to be. */
export async function pagesAreSound(): Promise<void> {
  needPrograms({ mandoc: 'mandoc' });
  mkdirSync(WORK, { recursive: true });
  const { completion: _, ...pages } = manual(VERSION, EPOCH);
  for (const [name, text] of Object.entries(pages)) {
    writeFileSync(join(WORK, name), text);
    run('mandoc', ['-T', 'lint', '-W', 'warning', join(WORK, name)]);
  }
}

const debs = () => ARCHITECTURES.map((architecture) => join(OUTPUT, `call-events_${VERSION}_${architecture}.deb`));

/** Both packages, as they are released, have nothing that lintian objects to. */
export async function lintianIsContent(): Promise<void> {
  needPrograms({ lintian: 'lintian' });
  run('node', [join(ROOT, 'packaging/deb.ts')]);
  assert.equal(run('lintian', ['--allow-root', '--fail-on', 'error,warning', ...debs()]), '');
}

/** Made once more they are the same, byte for byte; and none is larger than 30 MB. */
export async function buildsAreTheSame(): Promise<void> {
  const hashes = () => debs().map((deb) => createHash('sha256').update(readFileSync(deb)).digest('hex'));
  const before = hashes();
  run('node', [join(ROOT, 'packaging/deb.ts')]);
  assert.deepEqual(hashes(), before);
  for (const deb of debs()) assert.ok(readFileSync(deb).length < 30e6, `${deb} has ${readFileSync(deb).length} bytes`);
}

/** How this machine runs programs of another one, and where their libraries are. */
const EMULATED: Record<Architecture, { emulator: string; from: string; libraries: string }> = {
  amd64: { emulator: 'qemu-x86_64', from: 'qemu-user libstdc++6-amd64-cross', libraries: '/usr/x86_64-linux-gnu' },
  arm64: { emulator: 'qemu-aarch64', from: 'qemu-user libstdc++6-arm64-cross', libraries: '/usr/aarch64-linux-gnu' },
};

/** The package for the other architecture plays the demo, on an emulated processor. */
export async function otherArchitectureRuns(): Promise<void> {
  for (const architecture of ARCHITECTURES.filter((one) => one !== NATIVE)) {
    const { emulator, from, libraries } = EMULATED[architecture];
    needPrograms({ [emulator]: from });
    const root = join(WORK, `unpacked-${architecture}`);
    run('dpkg-deb', ['--extract', join(OUTPUT, `call-events_${VERSION}_${architecture}.deb`), root]);
    const library = join(root, 'usr/lib/call-events');
    const program = [join(library, 'node'), join(library, 'dist/main.js')];
    const output = run(emulator, ['-L', libraries, ...program, 'demo', '--speed', '100']);
    assert.match(output, /7 recordings, \d+ requests/);
  }
}
