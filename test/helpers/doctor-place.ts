import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runDoctor } from '../../src/cli/commands/doctor.ts';
import { commandIo } from '../../src/cli/terminal/io.ts';
import type { Check } from '../../src/doctor/check.ts';
import type { ExaminedMachine } from '../../src/doctor/examined-machine.ts';
import { captureIo } from './captured-io.ts';
import { type RunningService, startService } from './running-service.ts';

/** systemd's answer about a service that runs. */
export const RUNNING = 'ActiveState=active\nUnitFileState=enabled\nExecMainStatus=0\nNRestarts=0\n';

/**
 * A service that runs, connected to a small Asterisk and a small receiver, with real files; everything is as it is to
 * be until a test plants a fault.
 */
export class DoctorPlace {
  readonly running: RunningService;
  readonly path: string;
  readonly machine: ExaminedMachine;

  private constructor(running: RunningService) {
    this.running = running;
    this.path = dirname(running.configFile);
    const systemctl = this.write('bin/systemctl', `#!/bin/sh\ncat "${this.path}/unit-state"\n`);
    const asterisk = this.write('bin/asterisk', '#!/bin/sh\nexit 1\n');
    for (const file of [systemctl, asterisk]) chmodSync(file, 0o755);
    this.write('unit-state', RUNNING);
    this.write(
      'etc/manager.conf',
      '[general]\nenabled = yes\ntimestampevents = yes\n\n[callevents]\nsecret = geheim\nread = system,call\nwrite = reporting\n',
    );
    this.write('ami.secret', 'geheim\n', 0o600);
    chmodSync(this.path, 0o755);
    this.machine = {
      env: { PATH: `${dirname(systemctl)}:/usr/bin:/bin`, CONFIGURATION_DIRECTORY: this.path },
      configFile: running.configFile,
      configDirectory: this.path,
      folder: { etc: join(this.path, 'etc'), settings: undefined },
      asterisk: undefined,
      serviceUser: { name: 'call-events', uid: process.getuid?.() ?? 0, gid: 0, gids: [0] },
      hasUnit: true,
      hasWorkerUnit: false,
      freeBytes: () => 10 ** 10,
      now: Date.now,
      watchMs: 50,
    };
    this.configure();
  }

  static async start(): Promise<DoctorPlace> {
    const running = await startService((url) => `  "102": { events: [{ on: hangup, url: "${url}/ended" }] }`);
    running.asterisk.manners.lists = { devicestatelist: LISTED };
    return new DoctorPlace(running);
  }

  /** Writes config.yaml anew, whole. @param more other keys @param url of the receiver */
  configure({ url = this.running.receiver.url, extensions = '', asterisk = '', more = '' } = {}): void {
    const { outbox, asterisk: ami } = this.running;
    const connection =
      asterisk === '' ? `port: ${ami.port}, username: callevents, secret: "\${credential:ami.secret}"` : asterisk;
    writeFileSync(
      this.machine.configFile,
      `asterisk: { ${connection} }\noutbox: ${outbox}\n${more}\nextensions:\n  "102": { events: [{ on: hangup, id: rule1, url: "${url}/ended?token=verysecret" }] }\n${extensions}\n`,
    );
    chmodSync(this.machine.configFile, 0o640);
  }

  write(name: string, text: string, mode = 0o644): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  edit(name: string, from: string | RegExp, to: string): void {
    this.write(name, readFileSync(join(this.path, name), 'utf8').replace(from, to));
  }

  /** What the doctor finds. */
  async examine(changes: Partial<ExaminedMachine> = {}): Promise<{ code: number; checks: Check[] }> {
    const { code, output } = await this.#run(true, changes);
    return { code, checks: JSON.parse(output).checks };
  }

  /** The same, for a person. */
  async print(): Promise<string> {
    return (await this.#run(false)).output;
  }

  async #run(json: boolean, changes: Partial<ExaminedMachine> = {}) {
    const machine = { ...this.machine, ...changes };
    const captured = captureIo({ env: machine.env });
    const code = await runDoctor({ config: machine.configFile, json }, commandIo(captured.io), machine);
    return { code, output: captured.stdout() };
  }

  async stop(): Promise<void> {
    await this.running.stop();
  }
}

/** A phone that is registered, and a trunk. */
const LISTED = {
  event: 'DeviceStateChange',
  complete: 'DeviceStateListComplete',
  items: [
    ['Device: PJSIP/102', 'State: NOT_INUSE'],
    ['Device: PJSIP/trunk', 'State: UNAVAILABLE'],
  ],
};
