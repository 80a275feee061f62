import { describe, expect, it } from '@jest/globals';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { parseConfig } from '../../src/config/load.ts';
import { problemsIn } from '../helpers/config-problems.ts';

const directoryOf = (extensions: string) =>
  new Extensions(parseConfig(`extensions: {${extensions}}`, 'c', { require: 'extensions' }));

/** Each: extensions, a channel, and whose it is. */
const WHOSE: readonly (readonly [extensions: string, channel: string, name: string | undefined])[] = [
  ['"101": {}', 'PJSIP/101-0000001f', '101'],
  ['"101": {}', 'SIP/101-0000001F', '101'],
  ['"101": {}', 'IAX2/101-4711', '101'],
  ['"101": {}', 'SCCP/101-00000001', '101'],
  ['"101": {}', 'DAHDI/101-1', undefined],
  ['"101": {}', 'PJSIP/1010-0000001f', undefined],
  ['"101": {}', 'PJSIP/101-12-0000001f', undefined],
  ['"101": {channels: [DAHDI/1]}', 'DAHDI/1-1', '101'],
  ['"101": {channels: [DAHDI/1]}', 'PJSIP/101-0000001f', undefined],
  ['"101": {channels: [PJSIP/9170-12]}', 'PJSIP/9170-12-0000001f', '101'],
  ['"101": {channels: [PJSIP/9170-12]}', 'PJSIP/9170-12', '101'],
  ['"101": {channels: [SIP/a-0000000a]}', 'SIP/a-0000000a', '101'],
  ['"101": {channels: [SIP/a-0000000a]}', 'SIP/a-0000000b', undefined],
  ['"101": {channels: ["PJSIP/{extension}-desk"]}', 'PJSIP/101-desk-0000001f', '101'],
  ['"201": {channels: [SIP/150010001]}', 'SIP/150010001-0000001f', '201'],
  ['0003*001: {}', 'PJSIP/0003*001-0000001f', '0003*001'],
  ['0101: {}', 'PJSIP/101-0000001f', undefined],
  ['0101: {}', 'PJSIP/0101-0000001f', '0101'],
  ['_1XX: {}', 'PJSIP/123-0000001f', '123'],
  ['_1XX: {}', 'IAX2/123-7', '123'],
  ['_1XX: {}', 'PJSIP/1234-0000001f', undefined],
  ['_1XX: {}', 'PJSIP/trunk-0000001f', undefined],
  ['_1XX: {channels: ["SIP/t7-{extension}"]}', 'SIP/t7-123-0000001f', '123'],
  ['_1XX: {channels: ["SIP/t7-{extension}"]}', 'SIP/123-0000001f', undefined],
  ['_1XX: {channels: ["SIP/{extension}_a"]}', 'SIP/123_a-0000001f', '123'],
  ['_1XX: {channels: ["SIP/t-{extension}"]}, "123": {}', 'SIP/t-123-0000001f', '123'],
  ['_1XX: {channels: ["SIP/t-{extension}"]}, "123": {channels: [SIP/x]}', 'SIP/t-123-0000001f', undefined],
  ['_1XX: {channels: ["SIP/t-{extension}"]}, "123": {channels: [SIP/x]}', 'SIP/x-0000001f', '123'],
  ['"101": {}, "102": {channels: [PJSIP/101]}', 'PJSIP/101-0000001f', '102'],
  ['"102": {channels: [PJSIP/101]}, "101": {}', 'PJSIP/101-0000001f', '102'],
];

describe('whose channel it is', () => {
  it.each(WHOSE)('with %s, %s is of %s', (extensions, channel, name) => {
    expect(directoryOf(extensions).ofChannel(channel)?.name).toBe(name);
  });
});

/** Each: extensions, who calls, what he dials, and whose number that is. */
const DIALLED: readonly (readonly [extensions: string, caller: string, number: string, name: string | undefined])[] = [
  ['"101": {}, "102": {}', 'PJSIP/101-00000001', '102', '102'],
  ['_1XX: {channels: ["PJSIP/t17_{extension}"]}', 'PJSIP/t17_101-00000001', '102', '102'],
  ['_1XX: {channels: ["PJSIP/t17_{extension}"]}', 'PJSIP/t17_101-00000001', 't17_102', '102'],
  ['_t17_1XX: {}, _t18_1XX: {}', 'PJSIP/t17_101-00000001', '102', 't17_102'],
  ['_t17_1XX: {}, _t18_1XX: {}', 'PJSIP/t18_101-00000001', '102', 't18_102'],
  ['"0003*101": {}, "0003*102": {}', 'SIP/0003*101-00000001', '102', '0003*102'],
  ['"0003*101": {}, "0004*102": {}', 'SIP/0003*101-00000001', '102', undefined],
  ['_t17_1XX: {}', 'PJSIP/t17_101-00000001', '0612345678', undefined],
  // Without a sign between them tenant and number are one.
  ['"1101": {}, "1102": {}', 'PJSIP/1101-00000001', '102', undefined],
  ['"201": {channels: [PJSIP/102]}, "101": {}', 'PJSIP/101-00000001', '102', undefined],
];

describe('who is called', () => {
  it.each(DIALLED)('with %s, %s dials %s and calls %s', (extensions, caller, number, name) => {
    expect(directoryOf(extensions).ofDialled(number, caller)?.name).toBe(name);
  });
});

describe('an extension without channels', () => {
  it('is none, although a pattern matches it', () => {
    const directory = directoryOf(
      '_1XX: {did: "+1"}, _19X: {channels: []}, "150": {channels: []}, "196": {channels: [PJSIP/x]}, "197": {}',
    );
    const found = (name: string) => [
      directory.ofNumber(name)?.name,
      directory.ofChannel(`PJSIP/${name}-0000001f`)?.name,
    ];
    expect(found('101')).toEqual(['101', '101']);
    for (const gateway of ['150', '195', '197']) expect(found(gateway)).toEqual([undefined, undefined]);
    expect(directory.ofNumber('196')?.name).toBe('196');
    expect(directory.ofChannel('PJSIP/x-0000001f')?.name).toBe('196');
  });

  it('sends nothing: `check` says so where it has events', () => {
    const source = 'extensions:\n  _1XX:\n  "150":\n    channels: []\n    events: [{ on: hangup, url: "http://a/" }]';
    expect(parseConfig(source, 'c', { require: 'extensions' }).hints).toMatchObject([
      {
        line: 5,
        column: 5,
        key: 'extensions.150.events',
        message: 'are never sent: with `channels: []` it is not an extension',
      },
    ]);
  });
});

describe('a channel has one extension', () => {
  it.each([
    [
      '"101": {channels: [SIP/a]}, "102": {channels: [SIP/b, SIP/a]}',
      '1:68: extensions.102.channels[1]: SIP/a belongs to extension 101 already; a channel has one extension',
    ],
    [
      '"101": {channels: ["SIP/{extension}"]}, "102": {channels: [SIP/101]}',
      '1:73: extensions.102.channels[0]: SIP/101 belongs to extension 101 already; a channel has one extension',
    ],
    ['"101": {channels: [SIP/a, SIP/a]}', '1:40: extensions.101.channels[1]: SIP/a is in this list already'],
  ])('%s', (extensions, said) => {
    expect(problemsIn(`extensions: {${extensions}}`)).toEqual([said]);
  });

  it('takes {extension} as a channel of each', () => {
    const each = '{channels: ["SIP/{extension}"]}';
    expect(problemsIn(`extensions: {"101": ${each}, "102": ${each}}`)).toEqual([]);
  });
});

describe('what an entry leaves out', () => {
  const rule = (url: string) => `events: [{on: hangup, url: "http://${url}/"}]`;
  it('is taken from the best matching pattern, key by key', () => {
    const directory = directoryOf(
      `_X!: {did: "9", ${rule('any')}}, _1XX: {did: "1", ${rule('ones')}}, "101": {did: "7"}, "102": {${rule('own')}}, "901": {}`,
    );
    const knownOf = (name: string) => [directory.ofNumber(name)?.did, ...directory.rulesOf(name).map(({ url }) => url)];
    expect(knownOf('101')).toEqual(['7', 'http://ones/']);
    expect(knownOf('102')).toEqual(['1', 'http://own/']);
    expect(knownOf('103')).toEqual(['1', 'http://ones/']);
    expect(knownOf('901')).toEqual(['9', 'http://any/']);
  });

  it('stays left out with an empty list of events: it replaces too', () => {
    expect(directoryOf(`_1XX: {${rule('a')}}, "101": {events: []}`).rulesOf('101')).toEqual([]);
  });
});

describe('the Event ID of a rule without one', () => {
  const idsOf = (events: string, key = '"101"') =>
    parseConfig(`extensions: {${key}: {events: [${events}]}}`, 'c', {
      require: 'extensions',
    }).extensions[0]?.rules?.map(({ id }) => id);
  const hangup = '{on: hangup, url: "http://a/"}';
  const dialIn = '{on: dial-in, url: "http://a/"}';

  it('is the first 8 hex digits of SHA-256 over key, event and position', () => {
    // printf '101\nhangup\n0' | sha256sum, and with 1
    expect(idsOf(`${hangup}, ${hangup}`)).toEqual(['5f207b41', 'ebcac1f9']);
  });

  it('stays when anything else changes', () => {
    const first = idsOf(hangup);
    expect(idsOf('{on: hangup, url: "http://b/", notes: n, method: POST, status: disabled}')).toEqual(first);
    expect(idsOf(`${dialIn}, ${hangup}`)?.slice(1)).toEqual(first);
    expect(idsOf(`{on: Hangup, url: "http://a/"}`, '101')).toEqual(first);
  });

  it('differs by extension, event and position', () => {
    const ids = [...(idsOf(`${hangup}, ${hangup}, ${dialIn}`) ?? []), ...(idsOf(hangup, '"102"') ?? [])];
    expect(new Set(ids).size).toBe(4);
  });
});
