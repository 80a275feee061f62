import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, wantedArchitectures } from './build.ts';
import { debianChangelog } from './changelog.ts';
import { EPOCH, OUTPUT, ROOT, VERSION, WORK } from './project.ts';
import { run } from './run.ts';
import type { Architecture } from './runtime.ts';
import { makeTree } from './tree.ts';

/*
 * `npm run package:deb`: a Debian package for each architecture, on either. `npm run package:deb -- amd64` makes that
 * one.
 */

const wanted = wantedArchitectures();
build(wanted, { dh: 'debhelper' });
for (const architecture of wanted) process.stdout.write(`${buildPackage(architecture)}\n`);

/** Makes one package, and returns its file. */
function buildPackage(architecture: Architecture): string {
  const source = join(WORK, `deb-${architecture}`);
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  makeTree(join(source, 'tree'), architecture);
  cpSync(join(ROOT, 'packaging/deb/debian'), join(source, 'debian'), { recursive: true });
  const [, maintainer = ''] = /^Maintainer: (.*)$/m.exec(readFileSync(join(source, 'debian/control'), 'utf8')) ?? [];
  writeFileSync(join(source, 'debian/changelog'), debianChangelog(VERSION, maintainer, EPOCH));
  run('dpkg-architecture', [`-a${architecture}`, '-f', '-c', 'debian/rules binary'], {
    cwd: source,
    env: {
      SOURCE_DATE_EPOCH: String(EPOCH),
      TZ: 'UTC',
      LC_ALL: 'C.UTF-8',
      DEB_RULES_REQUIRES_ROOT: 'no',
      DEB_BUILD_OPTIONS: 'nocheck',
    },
  });
  const name = `call-events_${VERSION}_${architecture}.deb`;
  cpSync(join(WORK, name), join(OUTPUT, name));
  return join('dist-packages', name);
}
