import { describe, expect, it } from '@jest/globals';
import { type Beat, isStale, type PairView, passageOf } from '../../src/shared-queue/pair-rules.ts';

const NOW = 1_000_000_000;

const beat = (service: string, given: Partial<Beat> = {}): Beat => ({
  service,
  beatAt: NOW - 1000,
  connectedAt: NOW - 100_000,
  movedUntil: NOW - 1000,
  knowsStartup: true,
  ...given,
});
const view = (given: Partial<PairView> = {}): PairView => ({
  now: NOW,
  me: beat('me', { connectedAt: NOW - 50_000 }),
  readingSince: NOW - 50_000,
  others: [beat('other')],
  ...given,
});

describe('what was not seen from its beginning', () => {
  it('waits while another service lives that has listened for longer', () => {
    expect(passageOf(NOW, true, view())).toBe('later');
  });

  it('goes when that one is silent, and not before', () => {
    const silent = (ms: number) => view({ others: [beat('other', { beatAt: NOW - ms, movedUntil: NOW - ms })] });
    expect(passageOf(NOW, true, silent(6000))).toBe('later');
    expect(passageOf(NOW, true, silent(8000))).toBe('now');
  });

  it('is left to that one once it has had time to see it too, and all that it had made is in the queue', () => {
    expect(passageOf(NOW - 10_000, true, view())).toBe('never');
    expect(passageOf(NOW - 10_000, true, view({ others: [beat('other', { movedUntil: NOW - 9000 })] }))).toBe('later');
  });

  it('goes where the other one has begun to listen later, also later than it happened', () => {
    expect(passageOf(NOW, true, view({ others: [beat('other', { connectedAt: NOW - 40_000 })] }))).toBe('now');
    const made = NOW - 200_000;
    expect(passageOf(made, true, view())).toBe('now');
  });

  it('waits with one of two that began at once, and goes with the other', () => {
    const same = { connectedAt: NOW - 50_000 };
    expect(passageOf(NOW, true, view({ others: [beat('a', same)] }))).toBe('later');
    expect(passageOf(NOW, true, view({ others: [beat('z', same)] }))).toBe('now');
  });

  it('waits while this service does not hear Asterisk and another one does', () => {
    const others = [beat('other', { connectedAt: NOW - 40_000 })];
    expect(passageOf(NOW, true, view({ me: undefined, others }))).toBe('later');
  });
});

describe('what was seen from its beginning', () => {
  it('goes, whoever else there is', () => {
    expect(passageOf(NOW, false, view())).toBe('now');
  });

  it('waits where Asterisk does not say to this service when it was started, and does to the other', () => {
    const me = beat('me', { connectedAt: NOW - 200_000, knowsStartup: false });
    expect(passageOf(NOW, false, view({ me }))).toBe('later');
    expect(passageOf(NOW, false, view({ me, others: [beat('other', { knowsStartup: false })] }))).toBe('now');
  });
});

describe('silence', () => {
  it('does not count while the database was away: nobody could write', () => {
    const other = beat('other', { beatAt: NOW - 60_000 });
    expect(isStale(other, { now: NOW, readingSince: NOW - 3000 })).toBe(false);
    expect(isStale(other, { now: NOW, readingSince: NOW - 8000 })).toBe(true);
  });

  it('of ten minutes is that of a service which is gone, at once', () => {
    expect(isStale(beat('other', { beatAt: NOW - 700_000 }), { now: NOW, readingSince: NOW })).toBe(true);
  });
});
