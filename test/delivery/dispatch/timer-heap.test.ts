import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TimerHeap } from '../../../src/delivery/dispatch/timer-heap.ts';

it('gives out what is due, the earliest first, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(60), (dues, now) => {
      const heap = new TimerHeap<number>();
      for (const due of dues) heap.push(due, due);
      expect(heap.nextDue).toBe(Math.min(...dues));
      const out: number[] = [];
      for (let due = heap.shift(now); due !== undefined; due = heap.shift(now)) out.push(due);
      expect(out).toEqual(dues.filter((due) => due <= now).sort((a, b) => a - b));
      expect(heap.nextDue).toBe(Math.min(...dues.filter((due) => due > now)));
    }),
  );
});
