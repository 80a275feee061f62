import { describe, expect, it } from '@jest/globals';
import { amiRightsOf } from '../../src/config/ami-rights.ts';
import { ConfigError } from '../../src/config/config-problem.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { parseConfig } from '../../src/config/load.ts';

const parsed = (yaml: string) => parseConfig(yaml, 'c', { require: 'extensions' });
const extensions = (inside: string, more = '') => new Extensions(parsed(`extensions: {${inside}}\n${more}`));

function problemsIn(inside: string): string[] {
  try {
    const { hints } = parsed(`extensions: {${inside}}`);
    return hints.map(({ key, message }) => `hint: ${key}: ${message}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, column, key, message }) => `${line}:${column}: ${key}: ${message}`);
  }
}

describe('a queue as an extension', () => {
  it('is found by its name in any case, and has no channels', () => {
    const directory = extensions('"600": {queue: Support}, _6XX: {channels: ["PJSIP/{extension}"]}');
    expect(directory.ofQueue('support')).toEqual({ name: '600' });
    expect(directory.ofQueue('sales')).toBeUndefined();
    expect(directory.ofChannel('PJSIP/600-00000001')).toBeUndefined();
    expect(directory.ofChannel('PJSIP/601-00000001')).toEqual({ name: '601' });
    expect(directory.ofNumber('600')).toEqual({ name: '600' });
  });

  it('is itself where a pattern has taken its numbers out', () => {
    const directory = extensions('"600": {queue: support, did: "+1800"}, _6XX: {channels: []}');
    expect(directory.ofQueue('support')).toEqual({ name: '600', did: '+1800' });
  });

  it('has the events of the best pattern when it has none', () => {
    const directory = extensions('"600": {queue: support}, _6XX: {events: [{on: missed, url: "http://a/"}]}');
    expect(directory.rulesOf('600')).toHaveLength(1);
  });

  it('needs class agent', () => {
    expect(amiRightsOf(parsed('extensions: {"600": {queue: support}}')).read).toContain('agent');
    expect(amiRightsOf(parsed('extensions: {"900": {line: ["1"]}}')).read).toEqual(['system', 'call']);
  });

  it.each([
    ['"600": {queue: a, channels: [PJSIP/1]}', 'extensions.600.channels: cannot stand beside "queue"'],
    ['_6XX: {queue: a}', 'extensions._6XX.queue: cannot be in a pattern'],
    ['"600": {queue: a}, "601": {queue: A}', 'extensions.601.queue: the queue A is extension 600 already'],
    ['"600": {queue: a, line: ["1"]}', 'extensions.600.line: cannot stand beside "queue"'],
    ['"600": {queue: }', 'extensions.600.queue: is empty'],
    ['"600": {queu: a}', 'extensions.600.queu: unknown key; did you mean "queue"?'],
    [
      '"600": {queue: a, events: [{on: dial-out, url: "http://a/"}]}',
      'hint: extensions.600.events[0].on: is never sent',
    ],
  ])('is checked: %s', (inside, expected) => {
    expect(problemsIn(inside)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('a line as an extension', () => {
  it('has the calls on its numbers: the exact number goes before patterns, of these the best', () => {
    const directory = extensions(
      '"900": {line: ["+18005550100", _+1800X.]}, "901": {line: [_+180055501XX, "+18005550111"]}',
    );
    const lineOf = (number: string) => directory.ofLine(number)?.name;
    expect(['+18005550100', '+18005550101', '+18005550111', '+180012', '+44'].map(lineOf)).toEqual([
      '900',
      '901',
      '901',
      '900',
      undefined,
    ]);
    expect(directory.ofDialled('900', 'PJSIP/101-00000001')).toBeUndefined();
    expect(directory.ofNumber('900')).toEqual({ name: '900' });
    expect(directory.ofChannel('PJSIP/900-00000001')).toBeUndefined();
  });

  it('is compared with the number as it is sent', () => {
    const directory = extensions('"900": {line: ["+498005550100"]}', 'numbers: [{match: "^0", replace: "+49"}]');
    expect(directory.ofLine('08005550100')).toEqual({ name: '900' });
  });

  it.each([
    ['"900": {line: "1"}', 'extensions.900.line: "1": expected a list of numbers and patterns'],
    ['"900": {line: []}', 'extensions.900.line: expected at least one number or pattern'],
    ['"900": {line: ["1"], channels: []}', 'extensions.900.channels: cannot stand beside "line"'],
    ['"900": {line: ["1"], did: "1"}', 'extensions.900.did: cannot stand beside "line"'],
    ['"900": {line: ["1"]}, "901": {line: ["1"]}', 'extensions.901.line[0]: 1 belongs to extension 900 already'],
    ['"900": {line: [_1X, _1X]}', 'extensions.900.line[1]: _1X is in this list already'],
    ['"900": {line: ["_[1"]}', 'extensions.900.line[0]: "_[1": bad pattern: "[" has no "]"'],
    ['_9XX: {line: ["1"]}', 'extensions._9XX.line: cannot be in a pattern'],
  ])('is checked: %s', (inside, expected) => {
    expect(problemsIn(inside)).toEqual([expect.stringContaining(expected)]);
  });
});
