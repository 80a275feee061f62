import { expect, it } from '@jest/globals';
import { writeUntil } from '../../src/service/last-writes.ts';

/** An outbox on a disk that has room again after so many tries. */
function fullFor(tries: number) {
  let left = tries;
  const nothing = { changes: 0, deliveries: 0, legs: 0 };
  return {
    flush: () => void left--,
    unwritten: () => (left >= 0 ? { changes: 3, deliveries: 2, legs: 1 } : nothing),
  };
}

it('tries what waits for the disk until there is room', async () => {
  expect(await writeUntil(performance.now() + 60_000, fullFor(2))).toBeUndefined();
});

it('says what could not be written, once there is no time left', async () => {
  const lost = { changes: 3, deliveries: 2, legs: 1 };
  expect(await writeUntil(performance.now() + 1, fullFor(Number.POSITIVE_INFINITY))).toEqual(lost);
});
