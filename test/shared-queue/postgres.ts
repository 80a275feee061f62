import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL of its own on loopback, in a directory of its own; never the one that a machine has. */
export interface Postgres {
  readonly url: string;
  /** `postgres://…` with this user. */
  urlFor(user: string): string;
  start(): void;
  /** At once, as after a crash. */
  kill(): void;
  remove(): void;
}

const ROOT = '/usr/lib/postgresql';

/** It refuses to run as root. */
export const DATABASE_USER = 'nobody';

const installed = () =>
  existsSync(ROOT) ? readdirSync(ROOT).find((version) => existsSync(join(ROOT, version, 'bin/initdb'))) : undefined;

/** Whether there is one to start; `npm run test:queue` installs it, and `npm test` does without where it is missing. */
export const hasPostgres = () => installed() !== undefined;

/** As root it is installed where it is missing. */
export function installPostgres(): void {
  if (!hasPostgres()) {
    if (process.getuid?.() !== 0) throw new Error('PostgreSQL is missing: apt-get install postgresql');
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
}

/** @param settings lines of postgresql.conf */
export async function startPostgres(settings: readonly string[] = []): Promise<Postgres> {
  const bin = join(ROOT, installed() ?? '', 'bin');
  const directory = mkdtempSync(join(tmpdir(), 'call-events-postgres-'));
  const data = join(directory, 'data');
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, DATABASE_USER], { encoding: 'utf8' })),
  );
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(directory, uid ?? 0, gid ?? 0);
  const run = (program: string, ...argv: string[]) => {
    const { status, stderr, stdout } = spawnSync(join(bin, program), argv, {
      encoding: 'utf8',
      cwd: directory,
      ...(asRoot && { uid, gid }),
    });
    if (status !== 0) throw new Error(`${program} ${argv.join(' ')}: ${stdout}${stderr}`);
  };
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync');
  const port = await freePort();
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    [
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${directory}'`,
      ...settings,
      '',
    ].join('\n'),
  );
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(directory, 'log'), 'start');
  start();
  const urlFor = (user: string) => `postgres://${user}@127.0.0.1:${port}/postgres`;
  const kill = () => run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
  return {
    url: urlFor('postgres'),
    urlFor,
    start,
    kill,
    remove() {
      try {
        kill();
      } catch {
        // It is down.
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
