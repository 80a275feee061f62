import { fstatSync } from 'node:fs';
import type { LogFormat } from '../../log.ts';
import type { CommandIo } from './io.ts';

/** For people on a terminal and in the journal, for programs elsewhere, unless config.yaml says otherwise. */
export function logFormatOf({ env, isTerminal }: CommandIo, wanted: 'json' | 'text' | undefined): LogFormat {
  const forPeople = isTerminal ? 'terminal' : isJournal(env) ? 'journal' : undefined;
  if (wanted === 'json') return 'json';
  return forPeople ?? wanted ?? 'json';
}

/**
 * systemd names what it has connected to the journal; a program that is started from there may write to something else.
 */
function isJournal({ JOURNAL_STREAM }: NodeJS.ProcessEnv): boolean {
  if (JOURNAL_STREAM === undefined) return false;
  const { dev, ino } = fstatSync(1);
  return JOURNAL_STREAM === `${dev}:${ino}`;
}
