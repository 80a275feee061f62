import { describe, expect, it } from '@jest/globals';
import {
  type Beat,
  type Evidence,
  isStale,
  type PairView,
  type PublishedLeg,
  passageOf,
  type UndecidedDelivery,
} from '../../src/shared-queue/pair-rules.ts';

const NOW = 1_000_000_000;
const LEG = '1700000000.7/101/IN/2026-01-01 10:00:00';
const OTHER_NAME = '1700000000.3/101/IN/2026-01-01 10:00:00';

const beat = (given: Partial<Beat> = {}): Beat => ({
  service: 'other',
  beatAt: NOW - 500,
  movedUntil: NOW - 500,
  knowsStartup: true,
  ...given,
});
const view = (given: Partial<PairView> = {}): PairView => ({
  now: NOW,
  knowsStartup: true,
  readingSince: NOW - 50_000,
  others: [beat()],
  ...given,
});
const DEAD = view({ others: [beat({ beatAt: NOW - 8000, movedUntil: NOW - 8000 })] });
const undecided = (given: Partial<UndecidedDelivery> = {}): UndecidedDelivery => ({
  id: 'one',
  rank: 1,
  legKey: LEG,
  uniqueid: '1700000000.7',
  madeAt: NOW - 1000,
  isPartial: true,
  ...given,
});
const evidence = (given: Partial<Evidence> = {}): Evidence => ({
  ids: new Set(),
  ranks: new Map(),
  published: [],
  ...given,
});
const published = (given: Partial<PublishedLeg> = {}): PublishedLeg => ({
  service: 'other',
  legKey: LEG,
  channel: '1700000000.7',
  hasEnded: false,
  ...given,
});

describe('of a leg that another service has seen from its beginning', () => {
  const known = evidence({ published: [published()] });

  it('everything waits while that one lives, however long ago it was', () => {
    expect(passageOf(undecided(), known, view())).toBe('later');
    expect(passageOf(undecided({ madeAt: NOW - 3_600_000 }), known, view())).toBe('later');
  });

  it('everything goes once that one is dead', () => {
    expect(passageOf(undecided({ rank: 3 }), known, DEAD)).toBe('now');
    expect(passageOf(undecided({ rank: 3 }), known, view({ others: [] }))).toBe('now');
  });

  it('nothing is sent again that is in the queue, or that something later is in the queue of, or whose call has ended', () => {
    expect(passageOf(undecided(), { ...known, ids: new Set(['one']), ranks: new Map([[LEG, 1]]) }, view())).toBe(
      'known',
    );
    expect(passageOf(undecided({ rank: 2 }), { ...known, ranks: new Map([[LEG, 3]]) }, view())).toBe('known');
    expect(passageOf(undecided(), evidence({ published: [published({ hasEnded: true })] }), DEAD)).toBe('known');
  });

  it('what another rule makes of the same event is not known by that', () => {
    expect(passageOf(undecided({ rank: 3 }), { ...known, ranks: new Map([[LEG, 3]]) }, DEAD)).toBe('now');
  });
});

describe('of a leg that another service knows by another name', () => {
  const renamed = evidence({ published: [published({ legKey: OTHER_NAME })] });

  it('nothing is sent, whether that service lives or not', () => {
    expect(passageOf(undecided(), renamed, view())).toBe('never');
    expect(passageOf(undecided(), renamed, DEAD)).toBe('never');
  });

  it('the rest is sent where its Dial is in the queue already', () => {
    expect(passageOf(undecided({ rank: 3 }), { ...renamed, ranks: new Map([[LEG, 1]]) }, view())).toBe('now');
  });

  it('the leg of another extension, or the other way, on the same channel is another one', () => {
    const others = ['1700000000.7/2101/IN/x', OTHER_NAME.replace('IN', 'OUT')].map((legKey) => published({ legKey }));
    expect(passageOf(undecided({ madeAt: NOW - 9000 }), evidence({ published: others }), view())).toBe('now');
  });

  it('a queue has one leg for each time that its caller has joined it', () => {
    const joined = undecided({ legKey: '1.7-2/600/IN', uniqueid: '1.7-2', madeAt: NOW - 9000 });
    const legs = ['1.7-1/600/IN', '1.7-2/600/IN'].map((legKey) => published({ legKey, channel: '1.7' }));
    expect(passageOf(joined, evidence({ published: legs }), view())).toBe('later');
  });
});

describe('of a leg that nobody has published', () => {
  it('everything waits until each of the others has had the time to', () => {
    expect(passageOf(undecided({ madeAt: NOW - 2000 }), evidence(), view())).toBe('later');
    expect(passageOf(undecided({ madeAt: NOW - 3000 }), evidence(), view())).toBe('now');
    const behind = view({ others: [beat({ movedUntil: NOW - 9000 })] });
    expect(passageOf(undecided({ madeAt: NOW - 9000 }), evidence(), behind)).toBe('later');
  });

  it('everything goes where nobody else lives, or its Dial is there', () => {
    expect(passageOf(undecided({ madeAt: NOW }), evidence(), DEAD)).toBe('now');
    expect(passageOf(undecided({ madeAt: NOW, rank: 3 }), evidence({ ranks: new Map([[LEG, 1]]) }), view())).toBe(
      'now',
    );
  });
});

describe('where Asterisk does not say to this service when it was started', () => {
  const whole = undecided({ isPartial: false });

  it('nothing is sent while another one lives that it says it to', () => {
    expect(passageOf(whole, evidence(), view({ knowsStartup: false }))).toBe('later');
    expect(passageOf({ ...whole, madeAt: NOW - 9000 }, evidence(), view({ knowsStartup: false }))).toBe('never');
  });

  it('everything is, once that one is dead, or where none knows it', () => {
    expect(passageOf(whole, evidence(), { ...DEAD, knowsStartup: false })).toBe('now');
    const others = [beat({ knowsStartup: false })];
    expect(passageOf(whole, evidence(), view({ knowsStartup: false, others }))).toBe('now');
  });
});

describe('silence', () => {
  it('does not count while the database was away: nobody could write', () => {
    const other = beat({ beatAt: NOW - 60_000, movedUntil: NOW - 60_000 });
    expect(isStale(other, { now: NOW, readingSince: NOW - 3000 })).toBe(false);
    expect(isStale(other, { now: NOW, readingSince: NOW - 8000 })).toBe(true);
  });

  it('is also that of one whose deliveries do not get into the queue', () => {
    const since = { now: NOW, readingSince: NOW - 50_000 };
    expect(isStale(beat({ movedUntil: NOW - 20_000 }), since)).toBe(false);
    expect(isStale(beat({ movedUntil: NOW - 31_000 }), since)).toBe(true);
  });
});
