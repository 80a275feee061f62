import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ConfigError } from '../config/problem.ts';
import { runCheck } from './check.ts';
import type { DeliveriesOptions } from './deliveries.ts';
import { EXIT, type Io } from './io.ts';
import { processIo } from './process-io.ts';
import { runReplay } from './replay.ts';

/**
 * The command line: argv in, exit code out. Commands are loaded when they are called, so that `check` does not wait for
 * what only `run` needs.
 */
export async function runProgram(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('call-events')
    .description("Sends an extension's own HTTP request when it receives, makes or ends a call on an Asterisk PBX.")
    .showHelpAfterError('(call-events --help lists the commands)')
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .exitOverride();
  const configured = (name: string, description: string) =>
    program.command(name).description(description).option('-c, --config <file>', 'the configuration', 'config.yaml');

  configured('check', 'validates the configuration; prints every problem with its line').action(({ config }) => {
    code = runCheck(config, io);
  });
  configured('replay', 'shows what would be sent for recorded AMI text; sends nothing')
    .argument('<log...>', 'recorded AMI text; - is standard input')
    .option('--json', 'one JSON object for each request')
    .option('--explain', 'say for every call event, and for everything that is none, why')
    .option('--send', 'really send the requests')
    .action(async (logs: string[], { config, json, explain, send }) => {
      code = await runReplay(logs, { config, json, explain, send }, io);
    });
  configured('record', 'writes the live AMI session as a log that replay reads; Ctrl-C ends it')
    .requiredOption('-o, --output <file>', 'where to')
    .option('--force', 'write over a file that is there')
    .action(async ({ config, output, force }) => {
      const { runRecord } = await import('./record.ts');
      code = await runRecord({ config, output, force: force === true }, io);
    });
  configured('test-send', 'sends a sample of an event for an extension, and shows request and answer')
    .argument('<extension>')
    .argument('<event>', 'dial-in, dial-out, answer-in, answer-out or hangup')
    .action(async (extension: string, event: string, { config }) => {
      const { runTestSend } = await import('./test-send.ts');
      code = await runTestSend(extension, event, config, io);
    });
  addDeliveries(program, io, (exit) => {
    code = exit;
  });
  program
    .command('schema')
    .description('prints the JSON Schema of config.yaml, for editors')
    .action(async () => {
      const { runSchema } = await import('./schema.ts');
      code = runSchema(io);
    });

  configured('run', 'the service').action(async ({ config }) => {
    const { runService } = await import('./run.ts');
    code = await runService(config, io);
  });
  program
    .command('demo')
    .description('the whole bridge on recorded calls, without Asterisk and without a network')
    .option('--speed <factor>', 'how fast the recordings are played; 1 is as they were', '4')
    .option('--verbose', "show the service's log too")
    .action(async ({ speed, verbose }) => {
      const factor = Number(speed);
      if (!(factor > 0)) throw new InvalidArgumentError(`--speed ${speed}: expected a number above 0, such as 2`);
      const { runDemo } = await import('./demo.ts');
      code = await runDemo({ speed: factor, verbose: verbose === true }, io);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof ConfigError)) throw error;
    io.stderr(`${error.message}\n`);
    return EXIT.config;
  }
  return code;
}

/** `deliveries list|show|retry|discard|resume` */
function addDeliveries(program: Command, io: Io, ended: (code: number) => void): void {
  const deliveries = program
    .command('deliveries')
    .description('looks at what was sent and is to be sent, and changes it; also while the service runs');
  const named = (name: 'list' | 'show' | 'retry' | 'discard' | 'resume', args: string, description: string) =>
    deliveries
      .command(`${name} ${args}`.trim())
      .description(description)
      .option('-c, --config <file>', 'the configuration', 'config.yaml')
      .option('--outbox <file>', 'the outbox, instead of the one that the configuration names')
      .action(async (...given: unknown[]) => {
        const [names, options] = Array.isArray(given[0]) ? [given[0], given[1]] : [[], given[0]];
        const { runDeliveries } = await import('./deliveries.ts');
        ended(runDeliveries(name, names, options as DeliveriesOptions, io));
      });
  const filtered = (command: Command) =>
    command
      .option('--extension <number>', 'only of this extension')
      .option('--event <event>', 'only of dial-in, dial-out, answer-in, answer-out or hangup')
      .option('--state <state>', 'only pending, delivered or dead')
      .option('--since <time>', 'only since then: 30m, 2h, 7d or a date')
      .option('--call-id <id>', 'only of this call');
  filtered(named('list', '', 'the newest deliveries, and which rules are suspended'))
    .option('--limit <number>', 'how many at most', '50')
    .option('--json', 'one JSON object for each delivery');
  named('show', '<id...>', 'one delivery with all its attempts and what was answered').option(
    '--json',
    'one JSON object for each delivery',
  );
  filtered(named('retry', '[id...]', 'sends them again with a fresh schedule; without ids: the dead ones that match'));
  filtered(named('discard', '[id...]', 'gives up deliveries that are pending'));
  named('resume', '<event-id...>', 'lets rules send again whose receiver answered 410 Gone');
}
