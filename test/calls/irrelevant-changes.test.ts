import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import type { Directory } from '../../src/config/directory/directory.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { fixtures } from '../helpers/expected.ts';
import { replayed } from '../helpers/replay-events.ts';
import { keyOf } from './invariant.ts';
import { aliveAfter } from './simulated-storm/alive.ts';

/** What comes out of every recording does not depend on what is changed here. */

const RECORDINGS = fixtures()
  .map((fixture) => [`${fixture.name} on ${fixture.flavour}`, readFileSync(fixture.log), fixture] as const)
  .filter(([, log]) => log.length > 0); // PJSIP refuses an unknown number before there is a channel.

/** Values that name an extension: they are gone where that one is not configured. */
const NAMING = new Set(['CallerExtension', 'CalledExtension', 'CalledDID']);

/** Here a party has no number but the one with which an extension called it: without that extension it has none. */
const NUMBERED_BY_EXTENSION = /^(.*-called-outside|freepbx-click-to-call-local-outside-then-caller)/;

type Legs = Record<string, string[]>;

function legsOf(events: Iterable<AmiEvent>, directory: Directory, isLeftOut: (name: string) => boolean = () => false) {
  const legs: Legs = {};
  for (const event of replayed(events, directory).events) {
    const params = Object.entries(event.params).filter(([name]) => !isLeftOut(name));
    legs[keyOf(event)] = [...(legs[keyOf(event)] ?? []), JSON.stringify([event.event, params])];
  }
  return legs;
}

/** Here nothing but time decides about a call, before a bridge changes its Linkedid. */
const NEEDS_TIME = /^bridge-action /;

describe.each(RECORDINGS)('%s', (name, log, { config, directory }) => {
  it('without timestamps', () => {
    if (NEEDS_TIME.test(name)) return;
    const without = log.toString('latin1').replaceAll(/^Timestamp: .*\r\n/gm, '');
    expect(legsOf(replayBytes(Buffer.from(without, 'latin1')), directory)).toEqual(legsOf(replayBytes(log), directory));
  });

  it('with one of the other extensions not configured', () => {
    const events = [...replayBytes(log)];
    const isLeftOut = (param: string) =>
      NAMING.has(param) || (param === 'CallerIDNum' && NUMBERED_BY_EXTENSION.test(name));
    const all = legsOf(events, directory, isLeftOut);
    for (const { key } of config.extensions) {
      const others = new Extensions({ ...config, extensions: config.extensions.filter((entry) => entry.key !== key) });
      const expected = Object.entries(all).filter(([leg]) => leg.split('/').at(-2) !== key);
      expect(legsOf(events, others, isLeftOut)).toEqual(Object.fromEntries(expected));
    }
  });

  it('with the channels asked for in between, at any moment', () => {
    const events = [...replayBytes(log)];
    const all = legsOf(events, directory);
    for (let at = 0; at <= events.length; at++) {
      const before = events.slice(0, at);
      const asked: AmiEvent[] = [
        { event: 'ChannelListRequested' },
        { event: 'ChannelList', channels: aliveAfter(events, at) },
      ];
      expect({ at, legs: legsOf([...before, ...asked, ...events.slice(at)], directory) }).toEqual({ at, legs: all });
    }
  });
});
