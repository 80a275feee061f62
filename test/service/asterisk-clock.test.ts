import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AsteriskClock } from '../../src/service/asterisk-clock.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const DAY = 86_400_000;

function at(milliseconds: number, wall = NOON) {
  jest.spyOn(performance, 'now').mockReturnValue(milliseconds);
  jest.spyOn(Date, 'now').mockReturnValue(wall);
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe("Asterisk's time", () => {
  it('goes on by the monotonic clock, however the clock of this machine is set', () => {
    const time = new AsteriskClock();
    at(1000);
    expect(time.now).toBe(NOON);
    expect(time.observe(NOON + 7000)).toBe(0);
    at(1500, NOON - 3 * DAY);
    expect(time.now).toBe(NOON + 7500);
  });

  it('gives by how much it was set, forward and back, and ignores what came a little late', () => {
    const time = new AsteriskClock();
    at(0);
    time.observe(NOON);
    at(20_000);
    expect(time.observe(NOON + 1000)).toBe(0);
    at(21_000);
    expect(time.observe(NOON + 2000 + DAY)).toBe(DAY);
    at(22_000);
    expect(time.observe(NOON + 3000)).toBe(-DAY);
  });
});
