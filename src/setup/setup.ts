import { amiSettingsOf, serverOf } from '../config/ami-settings.ts';
import { loadConfig } from '../config/load.ts';
import { askPhones } from '../pbx/ask-phones.ts';
import { configFiles } from '../pbx/config-files.ts';
import { Console, runProgramOf } from '../pbx/console.ts';
import { type FoundPhones, findPhones } from '../pbx/phones.ts';
import { type ChosenExtension, chooseEvent, chooseExtensions, choosePassword, chooseUrl } from './ask-choices.ts';
import { planConfig, type WantedRules } from './config-step.ts';
import { type ExistingConfig, hasUserOfItsOwn, readExistingConfig, secretOf, tlsOf } from './existing-config.ts';
import { type FileChange, forShell, isChange, textOfChange } from './file-change.ts';
import { type FoundAsterisk, findAsterisk } from './find-asterisk.ts';
import { USERNAME } from './manager-block.ts';
import { type ManagerPlan, planManager } from './manager-step.ts';
import { confirm, type Prompts, SetupRefused } from './prompts.ts';
import { serviceState, serviceStep } from './service-step.ts';
import { configFileOf, type SetupMachine } from './setup-machine.ts';
import { type LoginTrial, tryLogin } from './try-login.ts';
import { tryWriting, writeFileChange } from './write-file.ts';

/** Every answer, as a flag gives it; what is absent is asked for. */
export interface SetupOptions {
  dryRun: boolean;
  start: boolean;
  asteriskEtc?: string | undefined;
  ami?: string | undefined;
  extensions?: string | undefined;
  on?: string | undefined;
  url?: string | undefined;
}

export interface SetupResult {
  /** Nothing is left for a person to do. */
  isComplete: boolean;
  /** The service was started, or ran before. */
  isRunning: boolean;
  /** Absent: there is no configuration yet. */
  example: { extension: string; event: string } | undefined;
}

/**
 * Sets up the user of AMI, the configuration and the service, in this order. Each file is written wholly or not at all,
 * and none before it was shown and agreed to. What this user may not do is shown, for another one to copy. A second run
 * finds everything as it is to be, and changes nothing.
 * @throws {SetupRefused, ConfigError, Unanswered}
 */
export async function setUp(options: SetupOptions, machine: SetupMachine, prompts: Prompts): Promise<SetupResult> {
  const work = new Setup(options, machine, prompts);
  return work.run();
}

class Setup {
  readonly #options: SetupOptions;
  readonly #machine: SetupMachine;
  readonly #prompts: Prompts;
  /** Commands for a person. */
  readonly #left: string[] = [];

  constructor(options: SetupOptions, machine: SetupMachine, prompts: Prompts) {
    this.#options = options;
    this.#machine = machine;
    this.#prompts = prompts;
  }

  async run(): Promise<SetupResult> {
    const { env } = this.#machine;
    const { on, url } = this.#options;
    // Before anything is written.
    if (on !== undefined) await chooseEvent(on, this.#prompts);
    if (url !== undefined) await chooseUrl(url, this.#prompts);
    const existing = readExistingConfig(configFileOf(this.#machine), env, configFiles);
    const asterisk = await this.#findAsterisk(existing);
    const console = asterisk.folder && new Console(env, asterisk.folder, this.#machine.asterisk?.program);
    const own = hasUserOfItsOwn(existing);
    const manager = own ? undefined : planManager(asterisk, existing, this.#machine, console, configFiles);
    this.#sayWhere(asterisk);
    if (own)
      this.#prompts.say(
        `${existing.file} names the user ${String(existing.asterisk.username)} of AMI: it is used as it is, and manager.conf is left alone.\n`,
      );
    const secretChanged = manager !== undefined && (await this.#setUpManager(manager, console));
    const proof = await this.#prove(asterisk, existing, manager);
    let phones: FoundPhones | undefined;
    if (proof !== undefined && 'session' in proof) {
      const facts = await askPhones(proof.session, console);
      proof.session.close();
      phones = findPhones(facts);
    }
    const wanted = await this.#chooseRules(existing, phones);
    const isConfigured = await this.#configure(existing, own ? undefined : asterisk, wanted);
    const isRunning = isConfigured && this.#startService(secretChanged);
    this.#sayWhatIsLeft();
    return {
      isComplete: this.#left.length === 0 && !this.#options.dryRun && isConfigured,
      isRunning,
      example: wanted?.extensions[0] && { extension: wanted.extensions[0].number, event: wanted.on },
    };
  }

  async #findAsterisk({ asterisk }: ExistingConfig): Promise<FoundAsterisk> {
    const { asteriskEtc, ami } = this.#options;
    const { host = '127.0.0.1', port, tls = false } = asterisk;
    // A second run need not be given again that it is another machine; and the port of AMI over TLS is not the one in
    // [general].
    const known =
      typeof host === 'string' && (host !== '127.0.0.1' || String(tls) !== 'false')
        ? `${host.includes(':') ? `[${host}]` : host}:${port ?? 5038}`
        : undefined;
    return findAsterisk({ asteriskEtc, ami: ami ?? known }, this.#machine.asterisk, configFiles);
  }

  #sayWhere({ host, port, folder, conf }: FoundAsterisk): void {
    const where =
      folder === undefined ? 'on another machine' : conf === undefined ? `configured in ${folder.etc}` : conf.file;
    this.#prompts.say(`Asterisk: ${host}:${port}, ${where}\n`);
  }

  /** The user of AMI. @returns whether the secret was changed */
  async #setUpManager(
    { changes, notes, stanza, secret, reload }: ManagerPlan,
    console: Console | undefined,
  ): Promise<boolean> {
    const { say } = this.#prompts;
    for (const { text, command } of notes) {
      say(`${command === undefined ? 'Note' : 'Attention'}: ${text}\n`);
      if (command !== undefined) this.#left.push(command);
    }
    if (stanza !== undefined)
      say(`Add this user to Asterisk yourself, for ${stanza.why}:\n\n${stanza.commands.join('\n')}\n\n`);
    const applied = changes.length > 0 && (await this.#apply(changes, `The user ${USERNAME} of AMI`, secret));
    const isInFile = changes.some(({ isSecret }) => isSecret !== true);
    if (applied && isInFile) {
      const ran = console?.run('manager reload');
      if (ran?.ok !== true) this.#left.push(reload);
    }
    if (stanza !== undefined && this.#prompts.isAnswered && !this.#options.dryRun)
      await this.#prompts.ask('Press Enter when the user is there, to try it', '');
    return applied && changes.some(({ isSecret }) => isSecret === true);
  }

  /** Logs in. @returns absent where there is nothing to log in with yet */
  async #prove(
    asterisk: FoundAsterisk,
    existing: ExistingConfig,
    manager: ManagerPlan | undefined,
  ): Promise<LoginTrial | undefined> {
    const { say } = this.#prompts;
    if (this.#options.dryRun && (manager?.changes.length ?? 0) > 0) {
      say('Then setup logs in, and asks Asterisk for its phones.\n');
      return undefined;
    }
    const { host, port } = asterisk;
    const own = manager === undefined ? this.#ownSettings(existing) : undefined;
    const proof = await tryLogin(
      own ?? {
        host,
        port,
        username: USERNAME,
        secret: manager?.secret ?? secretOf(existing, this.#machine.env) ?? '',
        ...tlsOf(existing),
        eventMask: 'off',
      },
    );
    if ('session' in proof) say(`Logged in to AMI as ${own?.username ?? USERNAME}.\n`);
    else {
      say(`The login to AMI failed: ${proof.error.message}\n`);
      const when = manager?.stanza === undefined ? '' : '     # when the user that is shown above is there';
      this.#left.push(`${this.#again()}${when}`);
    }
    return proof;
  }

  #ownSettings({ file }: ExistingConfig) {
    const config = loadConfig(file, { env: this.#machine.env });
    return amiSettingsOf(config, serverOf(config, config.servers[0]?.server));
  }

  /** What is typed to go on from here, with what was answered by flags. */
  #again(): string {
    const { asteriskEtc, ami, extensions, on, url } = this.#options;
    const flags = { 'asterisk-etc': asteriskEtc, ami, extensions, on, url };
    const words = Object.entries(flags).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, forShell(value)],
    );
    return ['call-events setup', ...(this.#prompts.isAnswered ? [] : ['--yes']), ...words].join(' ');
  }

  /** @returns absent: what is configured is enough */
  async #chooseRules(existing: ExistingConfig, phones: FoundPhones | undefined): Promise<WantedRules | undefined> {
    const { extensions, on, url, dryRun } = this.#options;
    const count = Object.keys(existing.extensions).length;
    if (count > 0 && extensions === undefined && url === undefined) {
      this.#prompts.say(
        `${existing.file} has ${count} ${count === 1 ? 'extension' : 'extensions'}; they stay as they are.\n`,
      );
      if (!this.#prompts.isAnswered || !/^y/i.test(await this.#prompts.ask('Add rules for more? [y/N]', 'no')))
        return undefined;
    }
    if (dryRun && phones === undefined && extensions === undefined) {
      this.#prompts.say('Then it adds the extensions of the phones that it finds (--extensions names them).\n');
      return undefined;
    }
    if (phones === undefined && extensions === undefined && !this.#prompts.isAnswered) {
      this.#prompts.say(
        'Asterisk could not be asked for its phones, so no extension was configured; the next "call-events setup" asks again, ' +
          'or --extensions 101,102 names them.\n',
      );
      return undefined;
    }
    const chosen: ChosenExtension[] = await chooseExtensions(phones, extensions, this.#prompts);
    return { extensions: chosen, on: await chooseEvent(on, this.#prompts), url: await chooseUrl(url, this.#prompts) };
  }

  /** @returns whether there is a configuration that the service can start with */
  async #configure(
    existing: ExistingConfig,
    target: FoundAsterisk | undefined,
    wanted: WantedRules | undefined,
  ): Promise<boolean> {
    if (wanted === undefined && Object.keys(existing.extensions).length === 0) return false;
    const password = existing.hasPage ? undefined : await choosePassword(this.#prompts);
    const { change, notes } = planConfig(existing, target, wanted, password, this.#machine.env, {
      uid: 0,
      gid: this.#machine.serviceUser?.gid ?? 0,
    });
    for (const note of notes) this.#prompts.say(`${note}\n`);
    if (!isChange(change)) return true;
    const isWritten = await this.#apply([change], 'The configuration', password);
    return isWritten || this.#options.dryRun;
  }

  #startService(secretChanged: boolean): boolean {
    const { hasUnit, isRoot, env } = this.#machine;
    const { start, dryRun } = this.#options;
    const { say } = this.#prompts;
    if (!hasUnit) {
      this.#left.push(start ? 'call-events run' : 'call-events check');
      return false;
    }
    const state = serviceState(this.#machine);
    const step = serviceStep(state, secretChanged);
    if (step === undefined) {
      say('The service runs.\n');
      return true;
    }
    const line = [step.command, ...step.args].join(' ');
    if (dryRun || !start || !isRoot) {
      if (dryRun && start) say(`! ${line}\n`);
      else this.#left.push(line);
      return state.isActive;
    }
    const { ok, output } = runProgramOf(env, step.command, step.args);
    if (ok) say(`The service runs (${line}).\n`);
    else {
      say(`${line} failed:\n${indented(output)}`);
      this.#left.push('journalctl -u call-events -n 20');
    }
    return ok;
  }

  /**
   * Shows changes, asks, and makes those that this user may make.
   * @param secret is not shown; absent: there is none
   * @returns whether all were made
   */
  async #apply(changes: readonly FileChange[], what: string, secret: string | undefined): Promise<boolean> {
    const { say } = this.#prompts;
    const shown = (text: string) => (secret === undefined ? text : text.replaceAll(secret, '(not shown)'));
    say(`\n${what}:\n\n${changes.map((change) => textOfChange(change, shown)).join('')}\n`);
    if (this.#options.dryRun) return false;
    const mine = changes.filter(({ path }) => tryWriting(path));
    const others = changes.filter((change) => !mine.includes(change));
    if (mine.length > 0 && !(await confirm(this.#prompts, 'Write this?')))
      throw new SetupRefused('Nothing of this was written.');
    for (const change of mine) {
      this.#prompts.signal.throwIfAborted();
      writeFileChange(change);
      say(`written: ${change.path}\n`);
    }
    for (const { path, byHand } of others) {
      say(`${path} may not be written by this user.\n`);
      this.#left.push(byHand);
    }
    return others.length === 0;
  }

  #sayWhatIsLeft(): void {
    const { say } = this.#prompts;
    if (this.#options.dryRun) say('\nNothing was changed (--dry-run).\n');
    else if (this.#left.length > 0) say(`\nLeft to do, as root:\n\n${[...new Set(this.#left)].join('\n')}\n`);
  }
}

const indented = (text: string) => `${text.trimEnd().replaceAll(/^(?=.)/gm, '    ')}\n`;
