// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${credential:…} is what an administrator writes, not a template.
import type { Command, Option } from 'commander';
import { EXIT_CODES } from '../../src/error-codes.ts';
import { fromMarkdown, head, tagged, text, words } from './mdoc.ts';

const ABOUT =
  'It reads the events of the PBX over its manager interface (AMI), finds out whose call each belongs to, and sends the requests that the configuration names for it. Requests wait on disk until they have arrived.';

const FILES = [
  [
    '/etc/call-events/config.yaml',
    'The configuration, where there is no `config.yaml` in the current directory and `--config` names none. See call-events.yaml(5).',
  ],
  [
    '/etc/call-events/NAME',
    'The secret that `${credential:NAME}` stands for. The unit loads ami.secret; more are added with `systemctl edit call-events`.',
  ],
  ['/var/lib/call-events/outbox.db', 'Deliveries that wait, and those of the last days.'],
  ['/usr/share/doc/call-events/examples/config.yaml', 'An example of every key, with comments.'],
] as const;

/** The text of call-events(1), from the commands themselves. */
export function commandPage(program: Command, version: string, epoch: number): string {
  const leaves = leavesOf(program);
  const lines = [
    ...head('call-events', 1, `call-events ${version}`, epoch, 'HTTP requests for the calls of Asterisk extensions'),
    '.Sh SYNOPSIS',
    ...leaves.flatMap((command) => ['.Nm', ...synopsisOf(command)]),
    '.Sh DESCRIPTION',
    text(program.description()),
    text(ABOUT),
    '.Pp',
    'The commands are:',
    ...tagged(leaves.map((command) => [`Cm ${words(pathOf(command))}`, bodyOf(command)])),
    '.Sh SIGNALS',
    ...tagged([
      [
        'Dv SIGHUP',
        [
          text(
            'The service reads its configuration again, all or nothing. It also sees by itself that the file has changed.',
          ),
        ],
      ],
      [
        'Dv SIGTERM , SIGINT',
        [text('The service lets running attempts end, for 25 seconds at most, and leaves the rest in the outbox.')],
      ],
    ]),
    '.Sh FILES',
    ...tagged(FILES.map(([file, about]) => [`Pa ${words(file)}`, [fromMarkdown(about)]])),
    '.Sh EXIT STATUS',
    ...tagged(Object.values(EXIT_CODES).map(({ code, means }) => [String(code), [text(means)]])),
    '.Sh EXAMPLES',
    'See what it does, without Asterisk and without a configuration:',
    '.Pp',
    '.Dl call-events demo',
    '.Pp',
    'Validate the configuration, send a sample to the receiver, start the service:',
    '.Bd -literal -offset indent',
    'call-events check',
    'call-events test\\-send 101 dial\\-in',
    'systemctl enable \\-\\-now call\\-events',
    '.Ed',
    '.Pp',
    'Why did nothing come?',
    '.Bd -literal -offset indent',
    'call-events record \\-\\-output call.log      (make the call, then Ctrl\\-C)',
    'call-events replay call.log \\-\\-explain',
    '.Ed',
    '.Sh SEE ALSO',
    '.Xr systemctl 1 ,',
    '.Xr call-events.yaml 5 ,',
    '.Xr asterisk 8',
  ];
  return `${lines.join('\n')}\n`;
}

/** Commands that do something: of `deliveries` those below it. */
export function leavesOf(command: Command): Command[] {
  return command.commands.flatMap((one) => (one.commands.length > 0 ? leavesOf(one) : [one]));
}

/** `deliveries list`, as it is typed. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

function synopsisOf(command: Command): string[] {
  const options = visible(command).map((option) => {
    const inner = `${flagOf(option)}${option.required || option.optional ? ` Ar ${placeholderOf(option)}` : ''}`;
    return option.mandatory ? `.${inner}` : `.Op ${inner}`;
  });
  const args = command.registeredArguments.map((argument) => {
    const name = `Ar ${words(argument.name())}${argument.variadic ? ' ...' : ''}`;
    return argument.required ? `.${name}` : `.Op ${name}`;
  });
  return [`.Cm ${words(...pathOf(command).split(' '))}`, ...options, ...args];
}

function bodyOf(command: Command): string[] {
  const args = command.registeredArguments.filter(({ description }) => description !== '');
  const items = [
    ...args.map((argument) => [`Ar ${words(argument.name())}`, [sentence(argument.description)]] as const),
    ...visible(command).map((option) => [optionHead(option), [optionBody(option)]] as const),
  ];
  return [sentence(command.description()), ...(items.length === 0 ? [] : tagged(items))];
}

function optionHead(option: Option): string {
  const value = option.required || option.optional ? ` Ar ${placeholderOf(option)}` : '';
  const long = `Fl \\-${words(option.name())}${value}`;
  return option.short === undefined || option.short === null ? long : `Fl ${option.short.slice(1)} , ${long}`;
}

function optionBody({ description, defaultValue, defaultValueDescription }: Option): string {
  const value = defaultValueDescription ?? (defaultValue === undefined ? undefined : String(defaultValue));
  return sentence(value === undefined ? description : `${description} (left out: ${value})`);
}

const visible = (command: Command) => command.options.filter(({ hidden }) => !hidden);
const flagOf = (option: Option) => (option.short ? `Fl ${option.short.slice(1)}` : `Fl \\-${words(option.name())}`);
const placeholderOf = ({ flags }: Option) => words(/[<[](.+?)[>\]]/.exec(flags)?.[1] ?? 'value');
/** A word of the program, such as dial-in, stays as it is. */
const sentence = (about: string) =>
  text(`${/^\w+-/.test(about) ? about : about.charAt(0).toUpperCase() + about.slice(1)}.`);
