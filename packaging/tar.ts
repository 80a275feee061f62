import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, wantedArchitectures } from './build.ts';
import { EPOCH, OUTPUT, ROOT, VERSION, WORK } from './project.ts';
import { run } from './run.ts';
import { type Architecture, stripRuntime } from './runtime.ts';
import { makeTree } from './tree.ts';

/*
 * `npm run package:tar`: the tree of the packages with a script that installs it, for a Linux that has neither dpkg nor
 * rpm, or an older one. `npm run package:tar -- amd64` makes that one.
 */

const wanted = wantedArchitectures();
build(wanted);
for (const architecture of wanted) process.stdout.write(`${buildArchive(architecture)}\n`);

function buildArchive(architecture: Architecture): string {
  const work = join(WORK, `tar-${architecture}`);
  const folder = `call-events-${VERSION}`;
  const tree = join(work, folder, 'tree');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  makeTree(tree, architecture);
  stripRuntime(architecture, join(tree, 'usr/lib/call-events/node'));
  cpSync(join(ROOT, 'packaging/tar/install.sh'), join(work, folder, 'install.sh'));
  const name = `call-events_${VERSION}_${architecture}.tar.gz`;
  const same = ['--sort=name', `--mtime=@${EPOCH}`, '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  run('tar', ['-C', work, ...same, '-I', 'gzip -9n', '-cf', join(OUTPUT, name), folder]);
  return join('dist-packages', name);
}
