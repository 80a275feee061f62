// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${EXTEN} is Asterisk's.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { chrootOf, type Flavour } from '../flavour.ts';
import { EXTENSIONS, type LabExtension } from '../phones.ts';
import { withMacros } from './macros.ts';

const PBX = join(import.meta.dirname, '../pbx');
const AMI_PORT = 5038;
const STARTUP_MS = 60_000;

/** Another PBX than the lab's own. */
export interface PbxFiles {
  /** Its files stand for those of `pbx/` that have the same names; the others of `pbx/` stay. */
  directory: string;
  /** What stands for `@NAME@` in them, besides the lab's own. */
  values: Record<string, string>;
}

/**
 * A real Asterisk in its chroot, in the network namespace of this process, with the configuration of `pbx/`. Several
 * run from one chroot at once: each writes to a directory of its own there.
 */
export class Asterisk {
  readonly #flavour: Flavour;
  readonly #root: string;
  /** Its own directory, as seen from inside of the chroot. */
  readonly #own: string;
  readonly #files: PbxFiles | undefined;
  #process: ChildProcess | undefined;
  #output = '';

  /**
   * @param instance a name that no other running one has
   * @param files left out: the lab's own PBX
   */
  constructor(flavour: Flavour, instance: string, files?: PbxFiles) {
    this.#flavour = flavour;
    this.#files = files;
    this.#root = chrootOf(flavour.version);
    this.#own = `/var/lib/call-events-lab/${instance}`;
  }

  get version(): string {
    return this.#chroot('asterisk', '-V').trim();
  }

  async start(): Promise<void> {
    this.#prepare();
    this.#process = spawn('chroot', [this.#root, 'asterisk', '-f', '-U', 'asterisk', '-C', this.#settings], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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

  /** It has ended though nobody has stopped it: it crashed. */
  get hasCrashed(): boolean {
    return this.#process !== undefined && (this.#process.exitCode ?? this.#process.signalCode) !== null;
  }

  /** A command of Asterisk's console. */
  console(command: string): string {
    return spawnSync('chroot', [this.#root, 'asterisk', '-C', this.#settings, '-rx', command], { encoding: 'utf8' })
      .stdout;
  }

  /** More of the dialplan, while it runs. */
  addDialplan(text: string): void {
    appendFileSync(join(this.#root, this.#own, 'etc/extensions.conf'), text);
    this.console('dialplan reload');
  }

  /** A call file, as an administrator drops it into the spool: whole, by a rename. */
  callFile(text: string): void {
    const path = `${this.#own}/spool/next.call`;
    writeFileSync(join(this.#root, path), text);
    this.#chroot('chown', 'asterisk:', path);
    this.#chroot('mv', path, `${this.#own}/spool/outgoing/`);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    this.console('core stop now');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    rmSync(join(this.#root, this.#own), { recursive: true, force: true });
  }

  get #settings(): string {
    return `${this.#own}/etc/asterisk.conf`;
  }

  async #isUp(): Promise<boolean> {
    const listens = await new Promise<boolean>((resolve) => {
      const socket = createConnection(AMI_PORT, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    return listens && /fully booted/i.test(this.console('core waitfullybooted'));
  }

  /** Its directory, with its configuration; /proc and /dev, which only this network namespace sees mounted. */
  #prepare(): void {
    rmSync(join(this.#root, this.#own), { recursive: true, force: true });
    for (const name of ['etc', 'run', 'log', 'db', 'spool/outgoing'])
      mkdirSync(join(this.#root, this.#own, name), { recursive: true });
    const values = { ...this.#values(), ...this.#files?.values };
    const files = new Map([PBX, ...(this.#files ? [this.#files.directory] : [])].flatMap(filesIn));
    for (const [name, path] of files) {
      if (name === 'pjsip.conf' && this.#flavour.tech === 'SIP') continue;
      const written = readFileSync(path, 'utf8');
      const text = name === 'freepbx.conf' && this.#flavour.version === '16' ? withMacros(written) : written;
      writeFileSync(
        join(this.#root, this.#own, 'etc', name),
        text.replaceAll(/@([A-Z0-9]+)@/g, (whole, key: string) => values[key] ?? whole),
      );
    }
    this.#chroot('chown', '-R', 'asterisk:', this.#own);
    for (const directory of ['proc', 'dev']) {
      const at = join(this.#root, directory);
      if (spawnSync('mountpoint', ['-q', at]).status !== 0) execFileSync('mount', ['--bind', `/${directory}`, at]);
    }
  }

  /** What stands for `@NAME@` in the files of `pbx/`. */
  #values(): Record<string, string> {
    const { tech, version, systemName } = this.#flavour;
    const modules = '/usr/lib/x86_64-linux-gnu/asterisk/modules';
    return {
      OWN: this.#own,
      TECH: tech,
      MODULES: existsSync(join(this.#root, modules)) ? modules : '/usr/lib/asterisk/modules',
      SYSTEMNAME: systemName === undefined ? '' : `systemname = ${systemName}`,
      NOLOAD: tech === 'SIP' ? 'noload = chan_pjsip.so' : version === '16' ? 'noload = chan_sip.so' : '',
      ENDPOINTS: EXTENSIONS.map(endpointText).join('\n'),
      PEERS: EXTENSIONS.map(peerText).join('\n'),
      OUT: tech === 'PJSIP' ? 'PJSIP/${EXTEN:1}@trunk' : 'SIP/trunk/${EXTEN:1}',
      OUTNUM: tech === 'PJSIP' ? 'PJSIP/${OUTNUM}@trunk' : 'SIP/trunk/${OUTNUM}',
      OUT900: tech === 'PJSIP' ? 'PJSIP/+18005559999@trunk' : 'SIP/trunk/+18005559999',
      AUTOANSWER:
        tech === 'PJSIP'
          ? 'Set(PJSIP_HEADER(add,Alert-Info)=<http://localhost>\\;answer-after=0)'
          : 'SIPAddHeader(Alert-Info: <http://localhost>\\;answer-after=0)',
      CONTACTS: tech === 'PJSIP' ? '${PJSIP_DIAL_CONTACTS(${ARG1})}' : 'SIP/${ARG1}',
      DSTRING: tech === 'PJSIP' ? '${PJSIP_DIAL_CONTACTS(${DEXTEN})}' : 'SIP/${DEXTEN}',
    };
  }

  #chroot(...command: string[]): string {
    return execFileSync('chroot', [this.#root, ...command], { encoding: 'utf8' });
  }
}

/** The configuration files of a directory, with their paths. */
function filesIn(directory: string): [string, string][] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.conf'))
    .map((name) => [name, join(directory, name)]);
}

function endpointText({ endpoint, name, contacts, callerId, context = 'phones' }: LabExtension): string {
  const aor = contacts.map((port) => `contact = sip:${name}@127.0.0.1:${port}`).join('\n');
  return `
[${endpoint}](phone)
aors = ${endpoint}
callerid = ${callerId}
context = ${context}
[${endpoint}]
type = aor
${aor}
[${endpoint}-identify]
type = identify
endpoint = ${endpoint}
match_header = X-Ext: ${name}`;
}

function peerText({ endpoint, contacts, callerId, context = 'phones' }: LabExtension): string {
  const [port] = contacts;
  return `
[${endpoint}](phone)
${port === undefined ? 'host = dynamic' : `host = 127.0.0.1\nport = ${port}`}
callerid = ${callerId}
context = ${context}`;
}
