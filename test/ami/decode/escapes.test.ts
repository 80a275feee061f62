import { describe, expect, it } from '@jest/globals';
import type { AmiEvent, ListedChannel } from '../../../src/ami/ami-events.ts';
import { DialectDecoder } from '../../../src/ami/decode/dialect.ts';
import { unescapeText } from '../../../src/ami/decode/escapes.ts';
import { listedChannel } from '../../../src/ami/decode/listed-channel.ts';
import { AmiParser } from '../../../src/ami/wire/parser.ts';

/** What comes out of a log, and out of the lines of a list of channels in it. */
function decoded(lines: string[], banner = ''): { events: AmiEvent[]; listed: ListedChannel[] } {
  const events: AmiEvent[] = [];
  const listed: ListedChannel[] = [];
  const decoder = new DialectDecoder();
  const names = ['Newchannel', 'DialBegin', 'VarSet', 'CoreShowChannel'];
  const parser = new AmiParser(names, {
    packet(packet) {
      if (packet.event !== 'CoreShowChannel') return decoder.packet(packet, (event) => events.push(event));
      const channel = listedChannel(packet);
      if (channel !== undefined) listed.push(channel);
    },
    banner: (version) => decoder.banner(version),
  });
  parser.push(Buffer.from(`${banner}${lines.join('\r\n')}\r\n\r\n`));
  return { events, listed: decoder.applyChannelList(listed) };
}

const ASTERISK_13_4 = 'Asterisk Call Manager/2.7.0\r\n';
const ASTERISK_13_5 = 'Asterisk Call Manager/2.8.0\r\n';
const ASTERISK_22 = 'Asterisk Call Manager/11.0.0\r\n';
const ASTERISK_11 = 'Asterisk Call Manager/1.3\r\n';

it.each([
  ["Neil O\\'Neil", "Neil O'Neil"],
  ['50% off\\?', '50% off?'],
  ['a\\\\\\\\b', 'a\\\\b'],
  ['\\\\\\"q\\\\\\"', '\\"q\\"'],
  ['\\\\n', '\\n'],
  ['two\\nlines\\r\\n\\t\\a\\b\\f\\v', 'two\nlines\r\n\t\x07\b\f\v'],
  ['\\х', 'х'],
  ['cut\\', 'cut\\'],
  ['Zoë & Co', 'Zoë & Co'],
])('%j was %j', (escaped, text) => {
  expect(unescapeText(escaped)).toBe(text);
});

const CHANNEL = (prefix: string) => [
  `${prefix}Channel: PJSIP/101-00000001`,
  `${prefix}ChannelState: 4`,
  `${prefix}CallerIDNum: 1\\'1`,
  `${prefix}CallerIDName: O\\'Neil`,
  `${prefix}ConnectedLineNum: 2\\'2`,
  `${prefix}ConnectedLineName: 50% off\\?`,
  `${prefix}Exten: 3\\'3`,
  `${prefix}Uniqueid: 1.1`,
  `${prefix}Linkedid: 1.1`,
];
const SHOWN = {
  callerIdNum: "1\\'1",
  callerIdName: "O'Neil",
  connectedLineNum: "2\\'2",
  connectedLineName: '50% off?',
  exten: "3\\'3",
};
const AS_IT_STANDS = { ...SHOWN, callerIdName: "O\\'Neil", connectedLineName: '50% off\\?' };

describe('names, and never numbers', () => {
  it.each([
    ['of a log without a banner', '', SHOWN],
    ['of Asterisk 22', ASTERISK_22, SHOWN],
    ['of Asterisk 13.5, the first that escapes them', ASTERISK_13_5, SHOWN],
    ['of Asterisk 13.4', ASTERISK_13_4, AS_IT_STANDS],
  ])('%s', (_, banner, shown) => {
    const { events } = decoded(['Event: Newchannel', ...CHANNEL('')], banner);
    expect(events).toEqual([expect.objectContaining(shown)]);
  });

  it('of both channels of a dial', () => {
    const { events } = decoded(['Event: DialBegin', ...CHANNEL(''), ...CHANNEL('Dest')], ASTERISK_22);
    expect(events).toEqual([
      expect.objectContaining({ source: expect.objectContaining(SHOWN), dest: expect.objectContaining(SHOWN) }),
    ]);
  });

  it.each([
    [ASTERISK_22, SHOWN],
    [ASTERISK_13_4, AS_IT_STANDS],
  ])('of a list of channels, %j', (banner, shown) => {
    const { listed } = decoded(['Event: CoreShowChannel', ...CHANNEL('')], banner);
    expect(listed).toEqual([expect.objectContaining(shown)]);
  });

  it('of Asterisk 11', () => {
    const { events } = decoded(['Event: Newchannel', ...CHANNEL('')], ASTERISK_11);
    expect(events).toEqual([expect.objectContaining({ callerIdName: "O\\'Neil" })]);
  });
});

it.each([
  [ASTERISK_22, "O'Neil"],
  [ASTERISK_13_4, "O\\'Neil"],
])('channel variables are escaped with them, %j', (banner, value) => {
  const set = ['Event: VarSet', 'Channel: PJSIP/101-00000001', 'Uniqueid: 1.1', 'Variable: WHO', "Value: O\\'Neil"];
  const shown = ['Event: Newchannel', ...CHANNEL(''), "ChanVariable: WHO=O\\'Neil"];
  const variable = expect.objectContaining({ event: 'VarSet', variable: 'WHO', value });
  expect(decoded(set, banner).events).toEqual([variable]);
  expect(decoded(shown, banner).events[0]).toEqual(variable);
});
