import { basename } from 'node:path';
import { configFiles } from '../pbx/config-files.ts';
import { Console, runProgramOf } from '../pbx/console.ts';
import { type FileChange, textOfChange } from './change.ts';
import { type FoundAsterisk, findAsterisk, type WhereAsterisk } from './find-asterisk.ts';
import { configFileOf, type Machine, secretFileOf } from './machine.ts';
import { findBlock, removeByHand, USERNAME, withoutBlock } from './manager-block.ts';
import { serviceState } from './service-step.ts';
import { confirm, SetupRefused, type Talk } from './talk.ts';
import { tryWriting, writeChange } from './write-file.ts';

/**
 * Takes out what setup has made: stops the service, removes the user of AMI and the file of its secret. config.yaml stays,
 * for its rules are the administrator's.
 * @returns whether nothing is left for a person to do
 */
export async function removeSetup(
  where: WhereAsterisk & { dryRun: boolean },
  machine: Machine,
  talk: Talk,
): Promise<boolean> {
  const asterisk = await findAsterisk(where, machine.asterisk, configFiles).catch((error: unknown) => {
    if (error instanceof SetupRefused) return undefined;
    throw error;
  });
  const changes = [...blockChanges(asterisk), ...secretChanges(machine)];
  const stop = stopsService(machine);
  if (changes.length === 0 && !stop) {
    talk.say(`Nothing to remove: setup has made nothing here. ${configFileOf(machine)} is left alone.\n`);
    return true;
  }
  const left: string[] = [];
  const lines = changes.map((change) => textOfChange(change, withoutSecrets)).join('');
  talk.say(`${stop ? `! ${STOP.join(' ')}\n` : ''}${lines}`);
  if (where.dryRun) {
    talk.say('\nNothing was changed (--dry-run).\n');
    return false;
  }
  if (!(await confirm(talk, 'Remove this?'))) throw new SetupRefused('Nothing was removed.');
  const [program = '', ...args] = STOP;
  if (stop && !(machine.isRoot && runProgramOf(machine.env, program, args).ok)) left.push(STOP.join(' '));
  for (const change of changes) {
    talk.signal.throwIfAborted();
    if (tryWriting(change.path)) writeChange(change);
    else left.push(change.byHand);
  }
  if (asterisk?.folder !== undefined && changes.some(({ path }) => path !== secretFileOf(machine))) {
    const console = new Console(machine.env, asterisk.folder, machine.asterisk?.program);
    if (!console.run('manager reload').ok) left.push(console.commandLine('manager reload'));
  }
  if (asterisk?.folder === undefined)
    talk.say(`On Asterisk's own machine, take the user [${USERNAME}] out of manager.conf.\n`);
  const config = configFileOf(machine);
  talk.say(configFiles.exists(config) ? `Removed. ${config} is still there.\n` : 'Removed.\n');
  if (left.length > 0) talk.say(`\nLeft to do, as root:\n\n    ${left.join('\n    ')}\n`);
  return left.length === 0;
}

const STOP = ['systemctl', 'disable', '--now', 'call-events'];

function stopsService(machine: Machine): boolean {
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

function secretChanges(machine: Machine): FileChange[] {
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
