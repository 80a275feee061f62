import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import { FIXTURES, fixtureConfig, fixtures } from '../helpers/expected.ts';
import { byFamily, familiesOf } from './families.ts';
import { ladderOf } from './ladder.ts';
import { laddersPage } from './ladders-page.ts';

/** Each step as `what Asterisk sends > what goes out`. */
function steps(shape: string): string[] {
  const log = readFileSync(join(FIXTURES, shape, 'asterisk22-pjsip.ami.log'));
  return ladderOf(replayBytes(log), fixtureConfig().directory).map(({ rung, out }) => {
    const emitted = out.map(({ event, leg }) => ` > ${event} ${leg.extension}`).join('');
    return `${rung === undefined ? '' : `${rung.event} ${rung.what}`}${emitted}`;
  });
}

describe('a ladder', () => {
  it('has what goes out beside the event that it goes out at', () => {
    expect(steps('direct-cancelled')).toEqual([
      'Newchannel 101, Exten 102',
      'DialBegin 101 → 102 > dial-out 101 > dial-in 102',
      'DialEnd 101 → 102 CANCEL',
      'Hangup 101 (Interworking, unspecified) > hangup 101',
      'Hangup 102 (Interworking, unspecified) > hangup 102 > missed 102',
    ]);
  });

  it('says where nothing but time has passed', () => {
    expect(steps('application-only')).toEqual([
      'Newchannel 101, Exten 301',
      'Newstate 101 Up',
      ' > dial-out 101',
      'Hangup 101 > hangup 101',
    ]);
  });

  it('names the halves of Local channels, and the second channel of a phone', () => {
    expect(steps('click-to-call-through-local')[0]).toBe('DialBegin → Local/101;1, Local/101;2 → 101');
    expect(steps('park-comes-back')).toContain('DialBegin 101 → 102 (2) > dial-in 102');
  });
});

describe('the page of ladders', () => {
  it('has every shape, with all call events that are expected of it', () => {
    const page = laddersPage();
    const [first, ...shapes] = [...page.matchAll(/^## (.*)$/gm)].map(([, name]) => name);
    expect(first).toBe('Contents');
    expect(shapes).toEqual([...new Set(fixtures().map(({ name }) => name))].sort());
    const shown = [...Map.groupBy(fixtures(), ({ name }) => name).values()].map(
      (recordings) => recordings.find(({ flavour }) => flavour === 'asterisk22-pjsip') ?? recordings[0],
    );
    const expected = shown.flatMap((fixture) => [...(fixture?.events ?? []), ...(fixture?.missed ?? [])]).length;
    expect(page.match(/\*\*(Dial|Answer|Hangup|Missed)/g)).toHaveLength(expected);
  });

  it('lists every shape once in its contents, in one family', () => {
    const names = [...new Set(fixtures().map(({ name }) => name))].sort();
    expect(names.filter((name) => familiesOf(name).length !== 1)).toEqual([]);
    const listed = [...laddersPage().matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)];
    expect(listed.map(([, name]) => name).sort()).toEqual(names);
    for (const [, name, anchor] of listed) expect(anchor).toBe(name);
    expect(byFamily(names).filter(([, some]) => some.length === 0)).toEqual([]);
  });
});
