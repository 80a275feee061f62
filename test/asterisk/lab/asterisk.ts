// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${EXTEN} is Asterisk's.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { chrootOf, type Flavour } from '../flavour.ts';
import { EXTENSIONS } from '../phones.ts';

const PBX = join(import.meta.dirname, '../pbx');
const AMI_PORT = 5038;
const STARTUP_MS = 60_000;

/** A real Asterisk in its chroot, in the network namespace of this process, with the configuration of `pbx/`. */
export class Asterisk {
  readonly #flavour: Flavour;
  readonly #root: string;
  #process: ChildProcess | undefined;
  #output = '';

  constructor(flavour: Flavour) {
    this.#flavour = flavour;
    this.#root = chrootOf(flavour.version);
  }

  get version(): string {
    return execFileSync('chroot', [this.#root, 'asterisk', '-V'], { encoding: 'utf8' }).trim();
  }

  /** @param systemName as Asterisk's `systemname`; uniqueids then begin with it */
  async start(systemName = ''): Promise<void> {
    this.#configure(systemName);
    this.#mount();
    this.#process = spawn(
      'chroot',
      [this.#root, 'asterisk', '-f', '-U', 'asterisk', '-C', '/etc/asterisk-lab/asterisk.conf'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    const from = Date.now();
    while (!(await this.#isUp())) {
      if (Date.now() - from > STARTUP_MS || this.#process.exitCode !== null)
        throw new Error(`Asterisk does not come up:\n${this.#output.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** A command of Asterisk's console. */
  console(command: string): string {
    return spawnSync('chroot', [this.#root, 'asterisk', '-C', '/etc/asterisk-lab/asterisk.conf', '-rx', command], {
      encoding: 'utf8',
    }).stdout;
  }

  /** A call file, as an administrator drops it into the spool. */
  callFile(text: string): void {
    const path = `/var/spool/asterisk/tmp-${Date.now()}.call`;
    writeFileSync(join(this.#root, path), text);
    execFileSync('chroot', [this.#root, 'chown', 'asterisk:', path]);
    execFileSync('chroot', [
      this.#root,
      'sh',
      '-c',
      `mkdir -p /var/spool/asterisk/outgoing && chown asterisk: /var/spool/asterisk/outgoing && mv ${path} /var/spool/asterisk/outgoing/`,
    ]);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    this.console('core stop now');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }

  async #isUp(): Promise<boolean> {
    const listens = await new Promise<boolean>((resolve) => {
      const socket = createConnection(AMI_PORT, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    return listens && /fully booted/i.test(this.console('core waitfullybooted'));
  }

  #configure(systemName: string): void {
    const { tech, version } = this.#flavour;
    const values: Record<string, string> = {
      TECH: tech,
      MODULES: existsSync(join(this.#root, 'usr/lib/x86_64-linux-gnu/asterisk/modules'))
        ? '/usr/lib/x86_64-linux-gnu/asterisk/modules'
        : '/usr/lib/asterisk/modules',
      SYSTEMNAME: systemName === '' ? '' : `systemname = ${systemName}`,
      NOLOAD: tech === 'SIP' ? 'noload = chan_pjsip.so' : version === '16' ? 'noload = chan_sip.so' : '',
      ENDPOINTS: EXTENSIONS.map(endpointText).join('\n'),
      PEERS: EXTENSIONS.map(peerText).join('\n'),
      OUT: tech === 'PJSIP' ? 'PJSIP/${EXTEN:1}@trunk' : 'SIP/trunk/${EXTEN:1}',
      OUT900: tech === 'PJSIP' ? 'PJSIP/+18005559999@trunk' : 'SIP/trunk/+18005559999',
      CONTACTS: tech === 'PJSIP' ? '${PJSIP_DIAL_CONTACTS(${ARG1})}' : 'SIP/${ARG1}',
    };
    const target = join(this.#root, 'etc/asterisk-lab');
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    for (const name of readdirSync(PBX)) {
      if (name === 'pjsip.conf' && tech === 'SIP') continue;
      const text = readFileSync(join(PBX, name), 'utf8');
      writeFileSync(
        join(target, name),
        text.replaceAll(/@([A-Z0-9]+)@/g, (whole, key: string) => values[key] ?? whole),
      );
    }
  }

  #mount(): void {
    for (const directory of ['proc', 'dev']) {
      const at = join(this.#root, directory);
      if (spawnSync('mountpoint', ['-q', at]).status !== 0) execFileSync('mount', ['--bind', `/${directory}`, at]);
    }
    execFileSync('chroot', [
      this.#root,
      'sh',
      '-c',
      'mkdir -p /run/asterisk && rm -f /run/asterisk/* /var/spool/asterisk/outgoing/* /var/lib/asterisk/astdb.sqlite3 && chown -R asterisk: /run/asterisk /var/lib/asterisk /var/spool/asterisk /var/log/asterisk',
    ]);
  }
}

function endpointText({ endpoint, name, contacts, callerId }: (typeof EXTENSIONS)[number]): string {
  const aor = contacts.map((port) => `contact = sip:${endpoint}@127.0.0.1:${port}`).join('\n');
  return `
[${endpoint}](phone)
aors = ${endpoint}
callerid = ${callerId}
[${endpoint}]
type = aor
${aor}
[${endpoint}-identify]
type = identify
endpoint = ${endpoint}
match_header = X-Ext: ${name}`;
}

function peerText({ endpoint, contacts, callerId }: (typeof EXTENSIONS)[number]): string {
  return `
[${endpoint}](phone)
host = 127.0.0.1
port = ${contacts[0]}
callerid = ${callerId}`;
}
