import { describe, expect, it } from '@jest/globals';
import { readRecording } from '../../src/ami/recording/read-recording.ts';
import { describeFormat } from '../../src/ami/recording/recording-format.ts';
import { replay, replayBytes } from '../../src/ami/replay.ts';
import { fixtureText } from '../helpers/fixture-log.ts';

const LOG = fixtureText('direct-answered');
const EVENTS = [...replayBytes(LOG)];
const BLOCKS = LOG.trimEnd()
  .split(/\r?\n\r?\n/)
  .map((block) => block.split(/\r?\n/).map((line) => line.split(/: ?(.*)/s) as [string, string]));

const lines = (prefix: (number: number) => string, end = '\n') =>
  LOG.split(/\r?\n/)
    .map((line, number) => `${prefix(number)}${line}${end}`)
    .join('');

const time = (number: number) => `2026-11-28 12:00:${String(number % 60).padStart(2, '0')}.${number}`;

async function read(log: string, pieceLength = log.length) {
  const said: string[] = [];
  async function* pieces() {
    for (let at = 0; at < log.length; at += pieceLength) yield log.slice(at, at + pieceLength);
  }
  const text = readRecording(pieces(), {
    format: (format) => said.push(describeFormat(format) ?? 'AMI'),
    unreadable: (line, problem) => said.push(`${line}: ${problem}`),
  });
  const events = [];
  for await (const event of replay(text)) events.push(event);
  return { events, said };
}

/** How people have AMI, and what it is taken for. */
const FORMS: readonly (readonly [what: string, log: string, said: string])[] = [
  ['as Asterisk sent it', LOG, 'AMI'],
  ['with LF alone', LOG.replaceAll('\r', ''), 'AMI'],
  ['with a byte order mark', `\ufeff${LOG}`, 'AMI'],
  ['cut within a block', `AppData: {"event":"x"}\r\nSubEvent: Begin\r\n\r\n${LOG}`, 'AMI'],
  ['with CR twice', LOG.replaceAll(/\r?\n/g, '\r\r\n'), 'read as AMI text with other line ends or blanks'],
  ['indented', lines(() => '    '), 'read as AMI text with other line ends or blanks'],
  ['quoted', lines(() => '> '), 'read as AMI text with something like ">" before its lines'],
  [
    'with a direction',
    lines((number) => (number === 0 ? '<-- ' : '--> ')).replace('<-- ', '--> '),
    'read as AMI text with something like "-->" before its lines',
  ],
  [
    'with a time',
    lines((number) => `[${time(number)}] `, '\r\n'),
    `read as AMI text with something like "[${time(0)}]" before its lines`,
  ],
  [
    'with the time of a syslog',
    lines((number) => `Nov 28 12:00:0${number % 9} pbx ami[${number}]: `),
    'read as AMI text with something like "Nov 28 12:00:00 pbx ami[0]:" before its lines',
  ],
  [
    'with a time before each event only',
    LOG.replaceAll(/^Event: /gm, '12:34:56.789 Event: '),
    'read as AMI text with something like "12:34:56.789" before its lines',
  ],
  [
    'with a time, and without empty lines',
    lines((number) => `${time(number)} `).replaceAll(/^\S+ \S+ \n/gm, ''),
    `read as AMI text with something like "${time(0)}" before its lines`,
  ],
  ['as objects', json((key) => key), 'read as one JSON object a line'],
  ['as objects with keys in lower case', json((key) => key.toLowerCase()), 'read as one JSON object a line'],
  ['as objects with keys in upper case', json((key) => key.toUpperCase()), 'read as one JSON object a line'],
  [
    'as objects with keys in snake case',
    json((key) => key.replaceAll(/(?<=[a-z])(?=[A-Z])|-/g, '_').toLowerCase()),
    'read as one JSON object a line',
  ],
  [
    'as objects with a time before them',
    json((key) => key, '2026-11-28T12:00:00Z INFO '),
    'read as one JSON object a line',
  ],
  [
    'as a list',
    `[\n${json((key) => key)
      .trimEnd()
      .replaceAll('\n', ',\n')}\n]`,
    'read as one JSON object a line',
  ],
  [
    'as objects in objects',
    json((key) => key).replaceAll(/^(.*)$/gm, (line) => (line === '' ? '' : `{"level":"info","data":${line}}`)),
    'read as one JSON object a line',
  ],
];

function json(spelt: (key: string) => string, before = ''): string {
  return BLOCKS.map(
    (block) =>
      // The name of the event need not come first.
      `${before}${JSON.stringify(Object.fromEntries(block.toReversed().map(([key, value]) => [spelt(key), /^\d$/.test(value) ? Number(value) : value])))}\n`,
  ).join('');
}

describe('a log', () => {
  it.each(FORMS)('is read %s', async (_, log, said) => {
    const whole = await read(log);
    expect(whole.said).toEqual([said]);
    expect(whole.events.slice(-EVENTS.length)).toEqual(EVENTS);
  });

  it.each(FORMS)('is read %s in pieces of any size', async (_, log) => {
    const { events } = await read(log);
    for (const size of [7, 1000]) expect((await read(log, size)).events).toEqual(events);
  });

  it('has its lines named that are not read', async () => {
    const [first = '', second = '', ...others] = json((key) => key).split('\n');
    const broken = [
      first,
      '',
      'not JSON',
      second.slice(0, 40),
      '{"response":"Success"}',
      '{"a":1}',
      second,
      ...others,
    ].join('\n');
    const { events, said } = await read(broken);
    expect(events).toEqual(EVENTS);
    expect(said).toEqual([
      'read as one JSON object a line',
      '3: it is not one whole JSON object',
      '4: it is not one whole JSON object',
      '6: it has no "event"',
    ]);
    const quoted = await read(
      `> Asterisk Call Manager/11.0.0\n${lines(() => '> ')}On Monday he wrote:\n-- \nRegards\n`,
    );
    expect(quoted.events).toEqual(EVENTS);
    const last = LOG.split('\n').length + 1;
    expect(quoted.said.slice(1)).toEqual([1, 2, 3].map((more) => `${last + more}: it is not a header of AMI`));
  });

  it('may be empty, or nothing that is known', async () => {
    expect(await read('', 1)).toEqual({ events: [], said: ['AMI'] });
    expect(await read('hello\nworld')).toEqual({ events: [], said: ['AMI'] });
  });

  it('of objects has lists, maps, line ends in values, and times of other kinds', async () => {
    const { said, events } = await read(
      '{"event":"Newchannel","channel":"PJSIP/101-00000001","uniqueid":"1.1","linkedid":"1.1","exten":"10\\r\\nEvent: Hangup","timestamp":1795544575179}\n',
    );
    expect(said).toHaveLength(1);
    expect(events).toMatchObject([{ event: 'Newchannel', at: 1795544575179 }]);
    expect(JSON.stringify(events)).toContain('10 Event: Hangup');
    const dated = await read(
      '{"Event":"Newchannel","Channel":"PJSIP/101-00000001","Uniqueid":"1.1","Linkedid":"1.1","Timestamp":"2026-11-28T12:00:00Z"}',
    );
    expect(dated.events).toMatchObject([{ at: Date.UTC(2026, 10, 28, 12) }]);
  });
});
