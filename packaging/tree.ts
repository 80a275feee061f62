import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyright } from './copyright.ts';
import { manual } from './manual/manual.ts';
import { EPOCH, RECORDINGS, ROOT, VERSION, WORK } from './project.ts';
import { type Architecture, unpackRuntime } from './runtime.ts';

const LIBRARY = 'usr/lib/call-events';
const DOCUMENTS = 'usr/share/doc/call-events';

/**
 * Makes the tree of files that every package installs, whatever its format: as they lie below /. Expects dist/ to be
 * built.
 * @param root an empty folder; the tree is put into it
 */
export function makeTree(root: string, architecture: Architecture): void {
  const runtime = join(WORK, `node-${architecture}`);
  unpackRuntime(architecture, runtime);
  const put = (from: string, to: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
    chmodSync(join(root, to), mode);
  };
  const write = (to: string, text: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    writeFileSync(join(root, to), text, { mode: 0o644 });
  };
  const ours = (path: string) => join(ROOT, path);

  put(join(runtime, 'bin/node'), `${LIBRARY}/node`, 0o755);
  cpSync(ours('dist'), join(root, LIBRARY, 'dist'), {
    recursive: true,
    filter: (file) => !file.endsWith('LICENSES.txt'),
  });
  write(`${LIBRARY}/dist/main.js`, readFileSync(ours('dist/main.js'), 'utf8').replace(/^#!.*\n/, ''));
  for (const recording of RECORDINGS) put(ours(recording), `${LIBRARY}/${recording}`);
  put(ours('docs/recipes.md'), `${LIBRARY}/docs/recipes.md`);
  write(`${LIBRARY}/package.json`, packageJson());

  put(ours('packaging/files/call-events'), 'usr/bin/call-events', 0o755);
  put(ours('packaging/files/config.yaml'), 'etc/call-events/config.yaml', 0o640);
  for (const unit of ['call-events.service', 'call-events-deliver.service'])
    put(ours(`systemd/${unit}`), `usr/lib/systemd/system/${unit}`);
  put(ours('systemd/call-events.sysusers'), 'usr/lib/sysusers.d/call-events.conf');

  const pages = manual(VERSION, EPOCH);
  write('usr/share/man/man1/call-events.1', pages['call-events.1']);
  write('usr/share/man/man5/call-events.yaml.5', pages['call-events.yaml.5']);
  write('usr/share/bash-completion/completions/call-events', pages.completion);

  put(ours('config.yaml'), `${DOCUMENTS}/examples/config.yaml`);
  for (const file of ['alerts.yaml', 'grafana.json']) put(ours(`monitoring/${file}`), `${DOCUMENTS}/examples/${file}`);
  write(`${DOCUMENTS}/copyright`, copyright(join(runtime, 'LICENSE')));
}

/** What the program itself reads of package.json. */
function packageJson(): string {
  const { name, version, license, type } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return `${JSON.stringify({ name, version, license, type }, null, 2)}\n`;
}
