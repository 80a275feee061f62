import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, wantedArchitectures } from './build.ts';
import { EPOCH, OUTPUT, ROOT, VERSION, WORK } from './project.ts';
import { run } from './run.ts';
import { type Architecture, stripRuntime } from './runtime.ts';
import { makeTree } from './tree.ts';

/*
 * `npm run package:rpm`: the tree of the packages for EL 8 and newer. `npm run package:rpm -- amd64` makes that one.
 * packaging/README.md says what of it was tried.
 */

const NAMES: Record<Architecture, string> = { amd64: 'x86_64', arm64: 'aarch64' };

const wanted = wantedArchitectures();
build(wanted, { rpmbuild: 'rpm' });
for (const architecture of wanted) process.stdout.write(`${buildPackage(architecture)}\n`);

function buildPackage(architecture: Architecture): string {
  const work = join(WORK, `rpm-${architecture}`);
  const tree = join(work, 'tree');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  makeTree(tree, architecture);
  stripRuntime(architecture, join(tree, 'usr/lib/call-events/node'));
  const macros = { _topdir: work, version: VERSION, tree, _rpmdir: work, _rpmfilename: 'made.rpm' };
  const defined = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const spec = join(ROOT, 'packaging/rpm/call-events.spec');
  run('rpmbuild', ['-bb', '--target', NAMES[architecture], ...defined, spec], {
    env: { SOURCE_DATE_EPOCH: String(EPOCH), TZ: 'UTC' },
  });
  const name = `call-events-${VERSION}-1.${NAMES[architecture]}.rpm`;
  cpSync(join(work, 'made.rpm'), join(OUTPUT, name));
  return join('dist-packages', name);
}
