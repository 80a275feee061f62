import { describe, expect, it } from '@jest/globals';
import { settingsFrom } from './settings.ts';

describe('settings of a run', () => {
  it('are seed, calls and Asterisk, with the rest from the environment', () => {
    expect(settingsFrom(['7', '500', '16'], { KINDS: 'queue,ivr', AT_ONCE: '12', KILL: '1', NEW: 'missed' })).toEqual({
      seed: 7,
      calls: 500,
      version: '16',
      kinds: ['queue', 'ivr'],
      atOnce: 12,
      kill: true,
      added: ['missed'],
    });
    expect(settingsFrom(['7', '500'], {})).toMatchObject({
      version: '22',
      kinds: [],
      atOnce: 6,
      kill: false,
      added: [],
    });
  });

  it.each([
    [['x', '5'], {}, 'SEED is a whole number from 1 to 2147483647, not "x"'],
    [['1'], {}, 'CALLS is a whole number from 1 to 9999, not ""'],
    [['1', '10000'], {}, 'CALLS is a whole number from 1 to 9999, not "10000"'],
    [['1', '5', '18'], {}, 'ASTERISK is 22 or 16, not 18'],
    [['1', '5', '22', 'more'], {}, 'one argument too many: more'],
    [['1', '5'], { KINDS: 'queu' }, 'KINDS: there is no queu; there are '],
    [['1', '5'], { NEW: 'lines' }, 'NEW: there is no lines; there are missed, line, queue'],
  ])('that make no sense are refused: %j %j', (args, env, why) => {
    expect(() => settingsFrom(args, env)).toThrow(why);
  });
});
