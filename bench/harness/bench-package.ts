import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

const FOLDER = join(ROOT, 'bench');
const require = createRequire(join(FOLDER, 'package.json'));

/** Installs what the benchmark compares with (bench/package.json), where it is missing. */
export function installBenchPackages(): void {
  if (existsSync(join(FOLDER, 'node_modules'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'inherit' });
}

/** One of those packages; they have no types of their own, so the caller says what it uses. */
export function benchPackage<T>(name: string): T {
  return require(name) as T;
}
