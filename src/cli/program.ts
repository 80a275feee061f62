import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../config/config-problem.ts';
import { defaultConfigFile } from '../config/installed-paths.ts';
import { packageVersion } from '../package-root.ts';
import { runCheck } from './commands/check.ts';
import type { DeliveriesOptions } from './commands/deliveries.ts';
import type { RecipeOptions } from './commands/recipe.ts';
import { runReplay } from './commands/replay.ts';
import { type CommandIo, commandIo, EXIT, type Io } from './terminal/io.ts';
import { processIo } from './terminal/process-io.ts';

const AFTER_HELP = `
Begin with:  call-events demo
On your PBX: call-events setup           (as root, beside Asterisk)
             call-events doctor          (what is wrong, and what to type)
By hand:     call-events check --config config.yaml
             call-events test-send 101 dial-in --config config.yaml
             call-events run --config config.yaml
Why did nothing come?
             call-events record --output call.log      (make the call, then Ctrl-C)
             call-events replay call.log --explain`;

/**
 * The command line: argv in, exit code out. Commands are loaded when they are called, so that `check` does not wait for
 * what only `run` needs.
 */
export async function runProgram(
  argv: readonly string[],
  given: Io = processIo(argv[0] === 'run' || argv[0] === 'deliver'),
): Promise<number> {
  const io = commandIo(given);
  let code: number = EXIT.ok;
  const program = createProgram(io, (exit) => {
    code = exit;
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

/** All commands with their options. @param ended receives the exit code of the one that was run */
export function createProgram(io: CommandIo, ended: (code: number) => void): Command {
  const { columns } = io;
  const program = new Command('call-events')
    .description("Sends an extension's own HTTP request when it receives, makes or ends a call on an Asterisk PBX.")
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .showHelpAfterError('(call-events --help lists the commands)')
    .addHelpText('after', AFTER_HELP)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/\[options\] ?/, '')}` })
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      outputError: (text, write) => write(withConfigHint(text)),
      ...(columns !== undefined && { getOutHelpWidth: () => columns }),
    })
    .exitOverride();
  const configured = (name: string, description: string) =>
    program.command(name).description(description).addOption(configOption(io.env));

  configured(
    'run',
    'the service; ends on Ctrl-C, on SIGTERM, and with its terminal; without one SIGHUP reloads the configuration',
  )
    .option('--strict', 'if config.yaml has problems, do not start with the configuration that was applied last')
    .action(async ({ config, strict }) => {
      const { runService } = await import('./commands/run.ts');
      ended(await runService({ config, strict: strict === true }, io));
    });
  configured('deliver', 'a worker that sends what services have put into the shared queue (`queue:`)').action(
    async ({ config }) => {
      const { runDeliver } = await import('./commands/deliver.ts');
      ended(await runDeliver(config, io));
    },
  );
  configured('check', 'validates the configuration; prints every problem with its line').action(({ config }) => {
    ended(runCheck(config, io));
  });
  configured(
    'doctor',
    'looks at everything that a request depends on; says what is wrong, and what to type. Exit code: 0 all is well, 1 warnings, 2 faults',
  )
    .option('--json', 'one JSON object with all checks')
    .action(async ({ config, json }) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      ended(await runDoctor({ config, json: json === true }, io));
    });
  addSetup(program, io, ended);
  configured(
    'test-send',
    'sends a sample of an event for an extension; shows request and answer, and says what that means',
  )
    .argument('<extension>', 'an extension of config.yaml, or a number that a pattern matches')
    .argument('[event]', 'dial-in, dial-out, answer-in, answer-out, hangup or missed')
    .option('--missed', 'the same as the event missed')
    .option('--unanswered', 'the event hangup, of a call that was not answered')
    .option('--all', 'each event that the extension has rules for')
    .option('--like <call-id>', 'use the values of this real call, from the outbox; last: of the last call')
    .addOption(serverOption())
    .action(async (extension: string, event: string | undefined, options) => {
      const { runTestSend } = await import('./commands/test-send.ts');
      ended(await runTestSend(extension, event, options, io));
    });
  configured('record', 'writes the live AMI session as a log that replay reads; Ctrl-C ends it')
    .requiredOption('-o, --output <file>', 'where to; - is standard output')
    .addOption(serverOption())
    .option('--force', 'overwrite an existing file')
    .action(async ({ config, server, output, force }) => {
      const { runRecord } = await import('./commands/record.ts');
      ended(await runRecord({ config, ...(server !== undefined && { server }), output, force: force === true }, io));
    });
  configured('replay', 'shows what would be sent for recorded AMI text; sends nothing')
    .argument('<log...>', 'recorded AMI text; - is standard input')
    .option('--explain', 'explain every call event, and every event that looks like one and is none')
    .option('--json', 'one JSON object for each request')
    .option('--send', 'really send the requests, one after the other')
    .addOption(serverOption())
    .action(async (logs: string[], { config, ...options }) => {
      ended(await runReplay(logs, { config, ...options }, io));
    });
  addDeliveries(program, io, ended);
  program
    .command('demo')
    .description('runs the whole service on recorded calls, without Asterisk and without a network')
    .option('--speed <factor>', 'how fast the recordings are played; 1 is as they were', speedOf, 1)
    .option('--verbose', "show the service's log too")
    .option('--stay', 'play the calls again and again until Ctrl-C, to look at the page')
    .action(async ({ speed, verbose, stay }) => {
      const { runDemo } = await import('./commands/demo.ts');
      ended(await runDemo({ speed, verbose: verbose === true, stay: stay === true }, io));
    });
  program
    .command('recipe')
    .argument('[receiver]', 'slack, zammad, hubspot …; left out: lists them')
    .description('prints the piece of config.yaml for a receiver, filled in')
    .option('--extension <extension>', 'the extension of the rules; also a pattern, such as _1XX', '101')
    .option('--url <url>', "the receiver's URL")
    .action(async (receiver: string | undefined, options: RecipeOptions) => {
      const { runRecipe } = await import('./commands/recipe.ts');
      ended(runRecipe(receiver, options, io));
    });
  program
    .command('password')
    .description('reads a password, and prints its hash: the line for web.password')
    .action(async () => {
      const { runPassword } = await import('./commands/password.ts');
      ended(await runPassword(io));
    });
  program
    .command('schema')
    .description('prints the JSON Schema of config.yaml, for editors')
    .action(async () => {
      const { runSchema } = await import('./commands/schema.ts');
      ended(runSchema(io));
    });
  return program;
}

/** `setup`, which is installed once, beside Asterisk. */
function addSetup(program: Command, io: CommandIo, ended: (code: number) => void): void {
  program
    .command('setup')
    .description('sets up the AMI user, config.yaml and the service, and tries them; asks for what it needs')
    .option('--yes', 'ask nothing: write the shown changes, for all extensions that are found')
    .option('--dry-run', 'show every file and every line, and change nothing')
    .option('--asterisk-etc <dir>', "Asterisk's folder of configuration, if not /etc/asterisk")
    .option('--ami <host:port>', 'where AMI is, if not on this machine as manager.conf says')
    .option(
      '--extensions <list>',
      'which extensions send requests: 101,102, or all; 101=PJSIP/desk says which endpoint is its',
    )
    .option('--on <event>', 'for which event: missed, hangup, dial-in …')
    .option('--url <url>', 'where the requests go')
    .option('--no-start', 'do not start the service')
    .option('--remove', 'remove what setup has made: the AMI user, its secret, the started service')
    .action(async ({ yes, dryRun, remove, ...options }) => {
      const { runSetup } = await import('./commands/setup.ts');
      const flags = { yes: yes === true, dryRun: dryRun === true, remove: remove === true };
      ended(await runSetup({ ...options, ...flags }, io));
    });
}

/** `deliveries`, with an action as its own command. */
function addDeliveries(program: Command, io: CommandIo, ended: (code: number) => void): void {
  const deliveries = program
    .command('deliveries')
    .description('lists and changes deliveries, past and pending; also while the service runs');
  const named = (
    name: 'summary' | 'forget' | 'list' | 'show' | 'retry' | 'discard' | 'resume',
    args: string,
    description: string,
  ) =>
    deliveries
      .command(`${name} ${args}`.trim())
      .description(description)
      .addOption(configOption(io.env))
      .option('--outbox <file>', 'the outbox, instead of the one that the configuration names')
      .action(async (...given: unknown[]) => {
        const [names, options] = Array.isArray(given[0])
          ? [given[0], given[1]]
          : typeof given[0] === 'string'
            ? [[given[0]], given[1]]
            : [[], given[0]];
        const { runDeliveries } = await import('./commands/deliveries.ts');
        ended(await runDeliveries(name, names, options as DeliveriesOptions, io));
      });
  const filtered = (command: Command) =>
    command
      .option('--extension <number>', 'only of this extension')
      .option('--event <event>', 'only of dial-in, dial-out, answer-in, answer-out, hangup or missed')
      .option('--state <state>', 'only pending, delivered or dead')
      .option('--since <time>', 'only since then: 30m, 2h, 7d or a date')
      .option('--call-id <id>', 'only of this call');
  filtered(named('summary', '', 'how many deliveries are delivered, dead or pending, by rule and reason'));
  filtered(named('list', '', 'the newest deliveries, and which rules are suspended'))
    .option('--limit <number>', 'how many at most', '50')
    .option('--json', 'one JSON object for each delivery');
  named('show', '<id...>', 'one delivery with all its attempts and answers').option(
    '--json',
    'one JSON object for each delivery',
  );
  filtered(named('retry', '[id...]', 'sends them again with a fresh schedule; without ids: the dead ones that match'));
  filtered(named('discard', '[id...]', 'drops deliveries that are pending'));
  named('forget', '<number>', 'deletes the settled deliveries in which a number occurs, with its names');
  named('resume', '<event-id...>', 'lets rules send again whose receiver answered 410 Gone');
}

function configOption(env: NodeJS.ProcessEnv): Option {
  return new Option('-c, --config <file>', 'the configuration').default(
    defaultConfigFile(env),
    'config.yaml, else /etc/call-events/config.yaml',
  );
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (speed >= 0.1 && speed <= 1000) return speed;
  throw new InvalidArgumentError('Expected a number from 0.1 to 1000.');
}

/** `call-events check config.yaml` is what everybody types first. */
function withConfigHint(text: string): string {
  const [, file] = /^error: too many arguments.* got 1: (\S+\.ya?ml)\.$/m.exec(text) ?? [];
  return file === undefined ? text : `${text.trimEnd()} The configuration is named with --config ${file}\n`;
}

function serverOption(): Option {
  return new Option('--server <name>', 'whose extensions and settings, where `asterisk` is a list');
}
