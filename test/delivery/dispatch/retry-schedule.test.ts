import { describe, expect, it } from '@jest/globals';
import { nextTryMs } from '../../../src/delivery/dispatch/retry-schedule.ts';

describe('when a delivery is tried again', () => {
  const schedule = { triesMs: [0, 1000, 3000, 8000, 20_000, 45_000], expireMs: 120_000 };
  it('goes by the schedule, with a fifth of jitter, to its end', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempts) => nextTryMs(schedule, attempts, 0, undefined, 0.5))).toEqual([
      1000,
      3000,
      8000,
      20_000,
      45_000,
      undefined,
    ]);
    expect(nextTryMs(schedule, 2, 0, undefined, 0)).toBeCloseTo(2400);
    expect(nextTryMs(schedule, 2, 0, undefined, 1)).toBeCloseTo(3600);
  });
  it('never is at once, and not before Retry-After', () => {
    expect(nextTryMs(schedule, 1, 10_000, undefined, 0.5)).toBe(10_500);
    expect(nextTryMs(schedule, 1, 100, 30_000, 0.5)).toBe(30_100);
    expect(nextTryMs(schedule, 1, 10_000, 0, 0.5)).toBe(10_500);
    expect(nextTryMs(schedule, 1, 100, 119_950, 0.5)).toBeUndefined();
  });
});
