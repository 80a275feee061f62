import { ConfigError } from '../../config/config-problem.ts';
import { type Prompts, SetupRefused, Unanswered } from '../../setup/prompts.ts';
import { removeSetup } from '../../setup/remove-setup.ts';
import { type SetupOptions, setUp } from '../../setup/setup.ts';
import { type SetupMachine, thisSetupMachine } from '../../setup/setup-machine.ts';
import { promptsOn } from '../terminal/ask.ts';
import { describeFileError } from '../terminal/file-error.ts';
import { type CommandIo, EXIT } from '../terminal/io.ts';
import { awaitTestCall } from './test-call.ts';

export interface SetupCommandOptions extends SetupOptions {
  /** Whether questions are not asked, but get their usual answers. */
  yes: boolean;
  remove: boolean;
}

/**
 * Sets up the AMI user, config.yaml and the service, or removes what it has made.
 * @returns 0 when nothing is left to do
 */
export async function runSetup(
  options: SetupCommandOptions,
  io: CommandIo,
  machine: SetupMachine = thisSetupMachine(io.env),
): Promise<number> {
  const prompts = promptsOn(io, options.yes || options.dryRun);
  try {
    if (options.remove) return (await removeSetup(options, machine, prompts)) || options.dryRun ? EXIT.ok : EXIT.failed;
    const { isComplete, isRunning, example } = await setUp(options, machine, prompts);
    if (options.dryRun) return EXIT.ok;
    if (isRunning && example !== undefined && prompts.isAnswered) await awaitTestCall(example.extension, prompts, io);
    if (isComplete) io.stdout(nextSteps(example));
    return isComplete ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const message = messageOf(error, prompts);
    if (message === undefined) throw error;
    io.stderr(`${message}\n`);
    return EXIT.failed;
  }
}

function messageOf(error: unknown, { signal }: Prompts): string | undefined {
  if (signal.aborted) return '\nstopped; what was written is whole, and "call-events setup" goes on from there';
  if (error instanceof SetupRefused || error instanceof Unanswered) return error.message;
  const words = describeFileError(error);
  if (words === undefined || !(error instanceof Error)) return undefined;
  const what = `${'path' in error ? String(error.path) : error.message}: ${words}`;
  return process.getuid?.() === 0 ? what : `${what}. Run it as root: sudo call-events setup`;
}

function nextSteps(example: { extension: string; event: string } | undefined): string {
  const send = example === undefined ? '' : `    call-events test-send ${example.extension} ${example.event}\n`;
  return `\nSet up. What to try next:\n\n${send}    call-events doctor\n    journalctl -u call-events -f\n`;
}
