import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';
import runtime from './runtime.json' with { type: 'json' };

/** The machines that there are packages for, by Debian's names. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What takes the symbols out of Node's program, and Debian's package of it: one for each architecture, on either. */
export const STRIP: Record<Architecture, { program: string; from: string }> = {
  amd64: { program: 'x86_64-linux-gnu-strip', from: 'binutils-x86-64-linux-gnu' },
  arm64: { program: 'aarch64-linux-gnu-strip', from: 'binutils-aarch64-linux-gnu' },
};

/** Between two builds, and outside the checkout: each is 50 MB. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'call-events');

/** The version of Node that a package brings. */
export const NODE_VERSION = runtime.version;

/** SHA-256 of the package of npm that it is taken from. */
export const runtimeHash = (architecture: Architecture) => runtime[architecture].sha256;

/**
 * Unpacks Node's program and its licence for an architecture into a folder: bin/node and LICENSE. They are fetched with
 * npm and taken only when they are, byte for byte, those that runtime.json names.
 */
export function unpackRuntime(architecture: Architecture, folder: string): void {
  const { package: name, sha256 } = runtime[architecture];
  const archive = join(CACHE, `${name}-${runtime.version}.tgz`);
  if (!existsSync(archive) || hashOf(archive) !== sha256) fetchPackage(`${name}@${runtime.version}`, archive);
  const found = hashOf(archive);
  if (found !== sha256)
    throw new Error(`${archive} has the SHA-256 ${found}, and packaging/runtime.json says ${sha256}`);
  mkdirSync(folder, { recursive: true });
  run('tar', ['xzf', archive, '-C', folder, '--strip-components=1', 'package/bin/node', 'package/LICENSE']);
}

/** Takes out the symbols, as debhelper does: 120 MB become 108. */
export function stripRuntime(architecture: Architecture, file: string): void {
  run(STRIP[architecture].program, ['--remove-section=.comment', '--remove-section=.note', file]);
}

function fetchPackage(spec: string, archive: string): void {
  mkdirSync(CACHE, { recursive: true });
  const name = run('npm', ['pack', spec, '--silent', '--pack-destination', CACHE]).trim();
  if (join(CACHE, name) !== archive) renameSync(join(CACHE, name), archive);
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
