import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runSetup, type SetupCommandOptions } from '../../src/cli/commands/setup.ts';
import { commandIo } from '../../src/cli/terminal/io.ts';
import { secretInBlock } from '../../src/setup/manager-block.ts';
import type { SetupMachine } from '../../src/setup/setup-machine.ts';
import { captureIo } from './captured-io.ts';
import { type FakeAsterisk, type FakeAsteriskOptions, startFakeAsterisk } from './fake-asterisk.ts';

/** A program that keeps what it was asked for; of systemctl whether it is active is kept in a file. */
const PROGRAM = `#!/bin/sh
here=$(dirname "$0")
echo "$(basename "$0") $*" >> "$here/ran"
case "$*" in
*"database show "*) cat "$here/$(echo "$*" | sed 's/.* //')" ;;
*"pjsip show endpoints"*) cat "$here/endpoints" 2> /dev/null ;;
*is-active*|*is-enabled*) test -e "$here/active" ;;
enable*) touch "$here/active" ;;
disable*) rm -f "$here/active" ;;
esac
`;

/**
 * A folder with an Asterisk's files, a place for the configuration, and an AMI that takes the secret in those files.
 */
export class SetupPlace {
  readonly path = mkdtempSync(join(tmpdir(), 'call-events-setup-'));
  readonly asterisk: FakeAsterisk;
  readonly machine: SetupMachine;

  private constructor(asterisk: FakeAsterisk) {
    this.asterisk = asterisk;
    const bin = this.write('bin/asterisk', PROGRAM);
    this.write('bin/systemctl', PROGRAM);
    for (const name of ['asterisk', 'systemctl']) chmodSync(join(dirname(bin), name), 0o755);
    mkdirSync(join(this.path, 'config'));
    this.machine = {
      env: { PATH: `${dirname(bin)}:/usr/bin:/bin`, CONFIGURATION_DIRECTORY: join(this.path, 'config') },
      isRoot: true,
      hasUnit: true,
      configDirectory: join(this.path, 'config'),
      serviceUser: undefined,
      asterisk: undefined,
      userOf: () => undefined,
    };
    // As after "manager reload": what stands in the files counts.
    Object.defineProperty(asterisk.manners, 'secret', { get: () => this.#secretInFiles() });
  }

  /** @param layout files below etc/ */
  static async create(layout: Record<string, string>, options: FakeAsteriskOptions = {}): Promise<SetupPlace> {
    const place = new SetupPlace(await startFakeAsterisk(options));
    for (const [name, text] of Object.entries(layout))
      place.write(`etc/${name}`, text.replaceAll('@PORT@', String(place.asterisk.port)));
    return place;
  }

  async remove(): Promise<void> {
    await this.asterisk.stop();
    rmSync(this.path, { recursive: true });
  }

  write(name: string, text: string): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  mode(name: string): string {
    return (statSync(join(this.path, name)).mode & 0o777).toString(8);
  }

  /** The programs that were run, but for those that only ask. */
  get ran(): string[] {
    if (!this.has('bin/ran')) return [];
    return this.read('bin/ran')
      .split('\n')
      .filter((line) => line !== '' && !/ is-|(?:database|pjsip) show/.test(line));
  }

  /** @param answers what a person types, line by line; left out: --yes @param hidden what a person types unseen */
  async setup(
    options: Partial<SetupCommandOptions> = {},
    answers?: readonly string[],
    hidden?: string[],
    machine: Partial<SetupMachine> = {},
  ) {
    const heard = captureIo({ env: this.machine.env, stdin: (answers ?? []).map((line) => `${line}\n`) });
    const all = {
      yes: answers === undefined,
      dryRun: false,
      remove: false,
      start: true,
      asteriskEtc: join(this.path, 'etc'),
      ...options,
    };
    const io = { ...heard.io, ...(hidden && { askHidden: async () => hidden.shift() }) };
    const code = await runSetup(all, commandIo(io), { ...this.machine, ...machine });
    return { code, output: (heard.stdout() + heard.stderr()).replaceAll(this.path, '') };
  }

  /** Every file and its text, to see that nothing has changed. */
  snapshot(): Record<string, string> {
    const names = [
      'config/config.yaml',
      'config/ami.secret',
      'etc/manager.conf',
      'etc/manager_custom.conf',
      'etc/manager.d/call-events.conf',
    ];
    return Object.fromEntries(
      names.filter((name) => this.has(name)).map((name) => [name, `${this.mode(name)} ${this.read(name)}`]),
    );
  }

  #secretInFiles(): string {
    const files = [
      'etc/manager_custom.conf',
      'etc/manager.d/call-events.conf',
      'etc/users/call-events.conf',
      'etc/local/call-events.conf',
      'etc/manager.conf',
    ];
    const found = files.filter((name) => this.has(name)).map((name) => secretInBlock(this.read(name)));
    return found.find((secret) => secret !== undefined) ?? 'nobody knows it';
  }
}
