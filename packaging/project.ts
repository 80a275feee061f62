import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** The checkout. */
export const ROOT = dirname(import.meta.dirname);

const { version, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The version that is built. It stands in package.json alone. */
export const VERSION: string = version;

/** Recordings that `demo` plays, by their paths in the checkout. */
export const RECORDINGS: readonly string[] = files.filter((file: string) => file.startsWith('fixtures/'));

/** The moment that everything built is dated with, in seconds: that of the commit, so that two builds are the same. */
export const EPOCH = Number(process.env.SOURCE_DATE_EPOCH ?? run('git', ['log', '-1', '--format=%ct'], { cwd: ROOT }));

/** Where finished packages go. */
export const OUTPUT = join(ROOT, 'dist-packages');

/** Where they are made; it may be removed at any time. */
export const WORK = join(OUTPUT, 'work');
