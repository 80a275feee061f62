import { createProgram } from '../../src/cli/program.ts';
import { commandIo, type Io } from '../../src/cli/terminal/io.ts';
import { commandPage } from './command-page.ts';
import { bashCompletion } from './completion.ts';
import { configPage } from './config-page.ts';

/** Manual pages and the completion, by their file names. @param epoch of their day, in seconds */
export function manual(
  version: string,
  epoch: number,
): Record<'call-events.1' | 'call-events.yaml.5' | 'completion', string> {
  const program = createProgram(commandIo(SILENT), () => undefined);
  return {
    'call-events.1': commandPage(program, version, epoch),
    'call-events.yaml.5': configPage(version, epoch),
    completion: bashCompletion(program),
  };
}

/** The commands are only looked at. */
const SILENT: Io = {
  stdout: () => undefined,
  stderr: () => undefined,
  stdin: (async function* () {})(),
  env: {},
  signal: new AbortController().signal,
  isTerminal: false,
};
