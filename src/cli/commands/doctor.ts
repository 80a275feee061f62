import { type Check, counted, type Level, worstOf } from '../../doctor/check.ts';
import { examine } from '../../doctor/doctor.ts';
import { type ExaminedMachine, thisExaminedMachine } from '../../doctor/examined-machine.ts';
import { printableJson } from '../../printable.ts';
import type { CommandIo } from '../terminal/io.ts';

/** The exit code, by the worst of all checks. */
const CODES: Record<Level, number> = { ok: 0, warning: 1, fault: 2 };

/** Prints each check on a line, with the command to type. */
export async function runDoctor(
  { config, json }: { config: string; json: boolean },
  io: CommandIo,
  machine: ExaminedMachine = thisExaminedMachine(config, io.env),
): Promise<number> {
  const checks = await examine(machine);
  if (json) io.stdout(`${printableJson(JSON.stringify({ checks }))}\n`);
  else io.stdout(textOf(checks));
  return CODES[worstOf(checks)];
}

function textOf(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ id }) => id.length));
  const lines = checks.map(({ id, level, message, remedy }) => {
    const type = remedy === '' ? '' : ` ▸ ${remedy}`;
    return `${level.padEnd(7)}  ${id.padEnd(width)}  ${message}${type}\n`;
  });
  const count = (level: Level) => checks.filter((check) => check.level === level).length;
  return `${lines.join('')}\n${count('ok')} ok, ${counted(count('warning'), 'warning')}, ${counted(count('fault'), 'fault')}\n`;
}
