import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../../packaging/project.ts';
import { type Machine, until } from '../lab/machine.ts';
import type { Neighbours } from '../lab/neighbours.ts';

/** What the steps work with. */
export interface World {
  machine: Machine;
  neighbours: Neighbours;
  /** The package that is tried. */
  deb: string;
  /** One that is older. */
  older: string;
  /** The archive that is tried; absent where it is not. */
  archive: string;
  /** All files of the machine before anything was installed. */
  filesBefore: ReadonlySet<string>;
}

const RECORDED = readFileSync(join(ROOT, 'fixtures/direct-answered/asterisk22-pjsip.ami.log'), 'utf8');

/**
 * A call from 101 to 102, who answers. @param number of the call: each is a call of its own, a minute after the one
 * before
 */
export function call(number: number): string {
  return RECORDED.replaceAll(/\b(\d{10})(?=\.\d)/g, (seconds) => String(Number(seconds) + 60 * number));
}

/** Installs a package as an administrator does, with nobody there to answer questions; gives what was printed. */
export function install(machine: Machine, deb: string): string {
  const file = `/srv/${basename(deb)}`;
  copyFileSync(deb, join(machine.root, file));
  return machine.run(
    `apt-get install -y -o Dpkg::Options::=--force-unsafe-io ${file}; code=$?; rm ${file}; exit $code`,
  );
}

/** Writes configuration and secret as an administrator does. @param events of extension 102 */
export function configure({ machine, neighbours }: World, events: readonly string[]): void {
  const file = join(machine.root, 'etc/call-events/config.yaml');
  const rules = events.map((event) => `      - { on: ${event}, id: ${event}, url: "${neighbours.url}/${event}" }`);
  const extensions = ['extensions:', '  "102":', '    events:', ...rules, 'metrics: { enabled: true }', ''];
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^extensions:(.|\n)*/m, extensions.join('\n')));
  machine.run('echo quite-secret | install -m 600 /dev/stdin /etc/call-events/ami.secret');
}

/**
 * Resolves with the service's process when it has come up and is logged in. @param before another one, which it must
 * not be
 */
export async function up(machine: Machine, before = '0'): Promise<string> {
  return until('the service to be up and connected', () => {
    const pid = machine.property('MainPID');
    if (pid === '0' || pid === before || machine.property('ActiveState') !== 'active') return undefined;
    // The status that systemd shows is renewed every few seconds only.
    return machine.attempt(`journalctl -o cat _PID=${pid}`).output.includes('AMI: connected') && pid;
  });
}

/** Every path of the machine, but those that come and go by themselves. */
export function filesOf(machine: Machine): Set<string> {
  const passing = [
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/tmp',
    '/var/tmp',
    '/var/log',
    '/var/lib/apt',
    '/var/cache/apt',
    '/var/cache/debconf',
    '/var/lib/dpkg/info',
  ];
  const pruned = passing.map((path) => `-path ${path}`).join(' -o ');
  return new Set(machine.run(`find / \\( ${pruned} \\) -prune -o -print`).split('\n'));
}
