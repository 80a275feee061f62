// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { type ReferenceKey, referenceSections } from '../../src/config/schema/reference.ts';
import { fromMarkdown, head, tagged, text, words } from './mdoc.ts';

const NOTES: readonly (readonly [string, string])[] = [
  [
    'Changes',
    'are read by themselves once the file has stopped changing, or at once on `systemctl reload call-events`: all or nothing. A file with a mistake leaves the old configuration active, and the log says what is wrong.',
  ],
  ['Texts', 'are taken as they are written, quoted or not: 0101 and +18005550101 stay what they are.'],
  ['Times', 'have a unit: 250ms, 10s, 2m, 24h, 30d.'],
  [
    'Secrets',
    'need not stand in the file. `${file:/path}` is the text of a file, without its last line end; `${env:NAME}` an environment variable; `${credential:NAME}` a credential of the unit, and outside it the text of /etc/call-events/NAME. They work in asterisk.secret, in url, in the values of headers and params, and in signing.secrets.',
  ],
  [
    'Patterns',
    'are extensions that begin with _ and stand for all that match: X is 0 to 9, Z 1 to 9, N 2 to 9, [2-46] one of these, . one or more of anything, ! anything or nothing. What an exact entry leaves out is taken from the best matching pattern.',
  ],
];

/** The text of call-events.yaml(5), from the schema of config.yaml. */
export function configPage(version: string, epoch: number): string {
  const lines = [
    ...head('call-events.yaml', 5, `call-events ${version}`, epoch, 'configuration of call-events'),
    '.Sh DESCRIPTION',
    'The configuration of',
    '.Xr call-events 1 ,',
    '.Pa /etc/call-events/config.yaml ,',
    'is one YAML file.',
    '.Ql call-events check',
    'prints every mistake with its line and column.',
    ...tagged(NOTES.map(([name, about]) => [`Sy ${words(name)}`, [fromMarkdown(about)]])),
    '.Sh KEYS',
    'A star in a name stands for any key, and [] for an entry of a list.',
    ...referenceSections().flatMap(({ path, keys }) => [
      `.Ss ${path === '' ? 'Top level' : words(path)}`,
      ...tagged(keys.map((key) => [`Ic ${words(key.key)}`, bodyOf(key)])),
    ]),
    '.Sh FILES',
    ...tagged([
      ['Pa /etc/call-events/config.yaml', ['The configuration.']],
      ['Pa /usr/share/doc/call-events/examples/config.yaml', ['An example of every key, with comments.']],
    ]),
    '.Sh EXAMPLES',
    'A request for each call that extension 101 receives:',
    '.Bd -literal -offset indent',
    ...[
      'asterisk:',
      '  username: callevents',
      '  secret: ${credential:ami.secret}',
      'extensions:',
      '  "101":',
      '    events:',
      '      - on: dial-in',
      '        url: https://crm.example.com/hooks/ringing',
    ].map(text),
    '.Ed',
    '.Sh SEE ALSO',
    '.Xr call-events 1',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyOf({ values, default: standard, meaning }: ReferenceKey): string[] {
  const left = standard === '' ? '' : standard === '**required**' ? '; required' : `; left out: ${standard}`;
  const about = meaning === '' ? [] : [fromMarkdown(meaning.replaceAll('\\*', '*'))];
  return [`${fromMarkdown(`(${values}${left})`)}`, ...about];
}
