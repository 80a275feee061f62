import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AmiError } from '../../../src/ami/errors.ts';
import { Deadlines, GRACE_MS } from '../../../src/ami/session/deadlines.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const LOST = new AmiError('AMI_CLOSED', 'lost');
const LATE = new AmiError('AMI_PING_TIMEOUT', 'late');

/** As a connection has them: it ends with the first error. */
function deadlines() {
  const errors: unknown[] = [];
  const one = new Deadlines((error) => {
    errors.push(error);
    one.end(error instanceof AmiError ? error : LOST);
  });
  return { one, errors };
}

const never = new Promise<string>(() => {});

describe('a wait for what a connection promises', () => {
  it('gives what comes in time, and leaves no timer behind', async () => {
    const { one } = deadlines();
    expect(await one.requireWithin(100, Promise.resolve('answer'), () => LATE)).toBe('answer');
    expect(await one.waitAtMost(100, Promise.resolve('answer'))).toBe('answer');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives what is here when the deadline has passed, but was not read for the process was busy', async () => {
    const { one } = deadlines();
    const answer = Promise.withResolvers<string>();
    const waited = one.waitAtMost(100, answer.promise);
    await jest.advanceTimersByTimeAsync(100 + GRACE_MS - 1);
    answer.resolve('answer');
    expect(await waited).toBe('answer');
  });

  it('gives nothing after the deadline where an answer may be missing', async () => {
    const { one, errors } = deadlines();
    const waited = one.waitAtMost(100, never);
    await jest.advanceTimersByTimeAsync(100 + GRACE_MS);
    expect(await waited).toBeUndefined();
    expect(errors).toEqual([]);
  });

  it('ends the connection after the deadline where the answer is required, and with it all other waits', async () => {
    const { one, errors } = deadlines();
    const waits = [one.requireWithin(100, never, () => LATE), one.waitAtMost(5000, never), one.pause(5000)];
    const all = Promise.allSettled(waits);
    await jest.advanceTimersByTimeAsync(100 + GRACE_MS);
    expect(await all).toEqual(waits.map(() => ({ status: 'rejected', reason: LATE })));
    expect(errors).toEqual([LATE]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends with the connection, at once when that has ended already', async () => {
    const { one } = deadlines();
    const waited = one.pause(100);
    one.end(LOST);
    await expect(waited).rejects.toBe(LOST);
    await expect(one.requireWithin(100, Promise.resolve('answer'), () => LATE)).rejects.toBe(LOST);
  });

  it('ends the connection when the promise is rejected', async () => {
    const { one, errors } = deadlines();
    const planted = new Error('planted');
    await expect(one.waitAtMost(100, Promise.reject(planted))).rejects.toBe(LOST);
    expect(errors).toEqual([planted]);
  });

  it('is a pause when nothing is promised', async () => {
    const { one } = deadlines();
    const waited = one.pause(100);
    await jest.advanceTimersByTimeAsync(100 + GRACE_MS);
    await waited;
  });
});
