import { expect, it } from '@jest/globals';
import { DueTimer } from '../../../src/delivery/dispatch/due-timer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

it('calls back at the earliest moment, with one timer at a time', async () => {
  const clock = new FakeClock();
  const calls: number[] = [];
  const timer = new DueTimer(clock, () => calls.push(clock.monotonic()));
  timer.arm(300);
  timer.arm(100);
  timer.arm(200);
  timer.arm(Number.POSITIVE_INFINITY);
  expect(clock.waiting).toBe(1);
  await clock.pass(150);
  expect(calls).toEqual([100]);
  timer.arm(300);
  await clock.pass(150);
  expect(calls).toEqual([100, 300]);
});

it('is silent once it is stopped', async () => {
  const clock = new FakeClock();
  const calls: number[] = [];
  const timer = new DueTimer(clock, () => calls.push(clock.monotonic()));
  timer.arm(100);
  timer.stop();
  timer.arm(50);
  expect(clock.waiting).toBe(0);
  await clock.pass(200);
  expect(calls).toEqual([]);
});
