import { describe, expect, it } from '@jest/globals';
import { comparePatterns, parsePattern } from '../../src/config/dialplan-pattern.ts';
import { endpointOf } from '../../src/config/directory/endpoint.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { parseConfig } from '../../src/config/load.ts';

function extensions(yaml: string, more = ''): Extensions {
  return new Extensions(parseConfig(`extensions:\n${yaml}\n${more}`, 'c', { require: 'extensions' }));
}

describe('patterns', () => {
  it.each([
    ['_1XX', ['100', '199'], ['99', '1000', '1a0']],
    ['_NZX', ['210', '999'], ['110', '200']],
    ['_[2-4]5', ['25', '45'], ['15', '55']],
    ['_[1-3a]', ['1', 'a'], ['4', '-']],
    ['_9.', ['91', '9abc'], ['9', '8']],
    ['_9!', ['9', '91'], ['8']],
    ['_*X', ['*8'], ['*', '*88', '8']],
    ['_**X.', ['**12'], ['**1', '*12']],
    ['_1-XX', ['123', '1-23', '12-3'], ['1-2']],
    ['_9.', ['9-1'], ['9-']],
    ['_xz', ['01', '99'], ['00']],
  ])('%s', (text, yes, no) => {
    const { matches } = parsePattern(text);
    for (const number of yes) expect([number, matches(number)]).toEqual([number, true]);
    for (const number of no) expect([number, matches(number)]).toEqual([number, false]);
  });

  it('stand in the order in which Asterisk tries them', () => {
    const sorted = ['_X.', '_1.', '_1!', '_1XX', '_12X', '_[12]XX', '_NXX', '_ZXX', '_XXX', '_!']
      .map(parsePattern)
      .sort(comparePatterns)
      .map(({ text }) => text);
    expect(sorted).toEqual(['_12X', '_1XX', '_1.', '_1!', '_[12]XX', '_NXX', '_ZXX', '_XXX', '_X.', '_!']);
  });
});

it('stand in the order of their sets before what follows is looked at', () => {
  for (const [first, second] of [
    ['_[13]X', '_[14]1'],
    ['_[45]', '_[46]'],
    ['_[5]1', '_52'],
    ['_X', '_.'],
    ['_1.', '_X1'],
    ['_1X', '_1'],
    ['_N', '_Z'],
    ['_z', '_X'],
  ]) {
    const order = comparePatterns(parsePattern(first ?? ''), parsePattern(second ?? ''));
    expect([first, second, order < 0]).toEqual([first, second, true]);
  }
});

describe('endpoints', () => {
  it.each([
    ['PJSIP/101-0000001f', 'PJSIP/101'],
    ['PJSIP/101-0000001F', 'PJSIP/101'],
    ['PJSIP/9170-12-0000001f', 'PJSIP/9170-12'],
    ['SIP/voip-trunk-0001e5f3', 'SIP/voip-trunk'],
    ['IAX2/103-4711', 'IAX2/103'],
    ['DAHDI/1-1', 'DAHDI/1'],
    ['DAHDI/7-1f', 'DAHDI/7-1f'],
    ['DAHDI/i1/101-a', 'DAHDI/i1/101'],
    ['DAHDI/i1/101-1f', 'DAHDI/i1/101'],
    ['DAHDI/i12/101-770d', 'DAHDI/i12/101'],
    ['DAHDI/i1/101-12', 'DAHDI/i1/101'],
    ['DAHDI/i1/4444141:sub-1e', 'DAHDI/i1/4444141:sub'],
    ['PJSIP/101-12', 'PJSIP/101-12'],
    ['Local/101@ctx-00000002;1', 'Local/101@ctx'],
  ])('%s', (channel, endpoint) => {
    expect(endpointOf(channel)).toBe(endpoint);
  });
});

describe('who is an extension', () => {
  it('is said by its channels, else by its name', () => {
    const directory = extensions('  "101": {did: "+1"}\n  "201": {channels: [SIP/150010001, PJSIP/whole-0000000a]}');
    expect(directory.ofChannel('PJSIP/101-00000001')).toEqual({ name: '101', did: '+1' });
    expect(directory.ofChannel('SCCP/101-00000001')?.name).toBe('101');
    expect(directory.ofChannel('SIP/150010001-00000001')?.name).toBe('201');
    expect(directory.ofChannel('PJSIP/whole-0000000a')?.name).toBe('201');
    expect(directory.ofChannel('PJSIP/201-00000001')).toBeUndefined();
    expect(directory.ofChannel('PJSIP/trunk-00000001')).toBeUndefined();
  });

  it('lets a pattern stand for all that it matches', () => {
    const directory = extensions('  _1XX: {channels: ["SIP/t1-{extension}"], did: "+100"}\n  "150": {did: "+150"}');
    expect(directory.ofChannel('SIP/t1-123-00000001')).toEqual({ name: '123', did: '+100' });
    expect(directory.ofChannel('SIP/t1-150-00000001')).toEqual({ name: '150', did: '+150' });
    expect(directory.ofChannel('SIP/t1-223-00000001')).toBeUndefined();
    expect(directory.ofNumber('199')?.name).toBe('199');
  });

  it('takes what an exact entry leaves out from the best pattern; `events` replaces', () => {
    const rule = (url: string) => `events: [{on: hangup, url: "http://${url}/"}]`;
    const directory = extensions(
      `  _1XX: {${rule('any')}}\n  _12X: {${rule('twenties')}}\n  "121": {did: "+1"}\n  "122": {${rule('own')}}`,
    );
    const urls = (name: string) => directory.rulesOf(name).map(({ url }) => url);
    expect(urls('121')).toEqual(['http://twenties/']);
    expect(urls('122')).toEqual(['http://own/']);
    expect(urls('150')).toEqual(['http://any/']);
    expect(urls('250')).toEqual([]);
  });

  it('knows the feature codes', () => {
    const directory = extensions('  "101":');
    const alone = ['*8', '*21', '*450', '**102', '*97'];
    const withNumber = [
      '*72102',
      '*90102',
      '*52102',
      '*11106',
      '*12106',
      '*21102',
      '*45400',
      '*46400',
      '*76102',
      '*98102',
    ];
    const ofNetworks = ['*21*0301234567#', '*21#', '#21#', '*#21#', '*62*102'];
    for (const number of [...alone, ...withNumber, ...ofNetworks])
      expect([number, directory.isIgnored(number)]).toEqual([number, true]);
    for (const number of [
      '*6712345',
      '*80102',
      '*8571',
      '*8212345',
      '*7012345',
      '*31#12345',
      '#31#12345',
      '8',
      '**1',
      '102',
    ])
      expect([number, directory.isIgnored(number)]).toEqual([number, false]);
    expect(extensions('  "101":', 'ignore: ["55"]').isIgnored('55')).toBe(true);
  });
});
