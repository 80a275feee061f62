import { basename } from 'node:path';
import { configFiles } from '../pbx/config-files.ts';
import { Console, runProgramOf } from '../pbx/console.ts';
import { type FileChange, textOfChange } from './file-change.ts';
import { type FoundAsterisk, findAsterisk, type WhereAsterisk } from './find-asterisk.ts';
import { findBlock, removeByHand, USERNAME, withoutBlock } from './manager-block.ts';
import { confirm, type Prompts, SetupRefused } from './prompts.ts';
import { serviceState } from './service-step.ts';
import { configFileOf, type SetupMachine, secretFileOf } from './setup-machine.ts';
import { tryWriting, writeFileChange } from './write-file.ts';

/**
 * Takes out what setup has made: stops the service, removes the user of AMI and the file of its secret. config.yaml
 * stays, for its rules are the administrator's.
 * @returns whether nothing is left for a person to do
 */
export async function removeSetup(
  where: WhereAsterisk & { dryRun: boolean },
  machine: SetupMachine,
  prompts: Prompts,
): Promise<boolean> {
  const asterisk = await findAsterisk(where, machine.asterisk, configFiles).catch((error: unknown) => {
    if (error instanceof SetupRefused) return undefined;
    throw error;
  });
  const changes = [...blockChanges(asterisk), ...secretChanges(machine)];
  const stop = stopsService(machine);
  if (changes.length === 0 && !stop) {
    prompts.say(`Nothing to remove: setup has made nothing here. ${configFileOf(machine)} is left alone.\n`);
    return true;
  }
  const left: string[] = [];
  const lines = changes.map((change) => textOfChange(change, withoutSecrets)).join('');
  prompts.say(`${stop ? `! ${STOP.join(' ')}\n` : ''}${lines}`);
  if (where.dryRun) {
    prompts.say('\nNothing was changed (--dry-run).\n');
    return false;
  }
  if (!(await confirm(prompts, 'Remove this?'))) throw new SetupRefused('Nothing was removed.');
  const [program = '', ...args] = STOP;
  if (stop && !(machine.isRoot && runProgramOf(machine.env, program, args).ok)) left.push(STOP.join(' '));
  for (const change of changes) {
    prompts.signal.throwIfAborted();
    if (tryWriting(change.path)) writeFileChange(change);
    else left.push(change.byHand);
  }
  if (asterisk?.folder !== undefined && changes.some(({ path }) => path !== secretFileOf(machine))) {
    const console = new Console(machine.env, asterisk.folder, machine.asterisk?.program);
    if (!console.run('manager reload').ok) left.push(console.commandLine('manager reload'));
  }
  if (asterisk?.folder === undefined)
    prompts.say(`On Asterisk's own machine, take the user [${USERNAME}] out of manager.conf.\n`);
  const config = configFileOf(machine);
  prompts.say(configFiles.exists(config) ? `Removed. ${config} is still there.\n` : 'Removed.\n');
  if (left.length > 0) prompts.say(`\nLeft to do, as root:\n\n    ${left.join('\n    ')}\n`);
  return left.length === 0;
}

const STOP = ['systemctl', 'disable', '--now', 'call-events'];

function stopsService(machine: SetupMachine): boolean {
  if (!machine.hasUnit) return false;
  const { isActive, isEnabled } = serviceState(machine);
  return isActive || isEnabled;
}

function blockChanges(asterisk: FoundAsterisk | undefined): FileChange[] {
  return [...(asterisk?.conf?.texts ?? [])].flatMap(([path, before]): FileChange[] => {
    if (findBlock(before) === undefined) return [];
    const rest = withoutBlock(before);
    // A file of our own is of no use without it.
    const after = rest.trim() === '' && basename(path) === 'call-events.conf' ? undefined : rest;
    return [{ path, before, after, mode: 0o640, byHand: removeByHand(path) }];
  });
}

function secretChanges(machine: SetupMachine): FileChange[] {
  const path = secretFileOf(machine);
  try {
    const before = configFiles.read(path);
    if (before === undefined) return [];
    return [{ path, before, after: undefined, mode: 0o600, isSecret: true, byHand: `rm ${path}` }];
  } catch {
    return [{ path, before: '', after: undefined, mode: 0o600, isSecret: true, byHand: `rm ${path}` }];
  }
}

const withoutSecrets = (text: string) => text.replace(/^([-+ ]*secret\s*=>?\s*).*/, '$1(not shown)');
