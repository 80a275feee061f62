import { describe, expect, it } from '@jest/globals';
import { capacityFor, type SourceLoad } from '../../src/shared-queue/claim-capacity.ts';

const LIMITS = { perTarget: 4, total: 64 };
const load = (name: string, more: Partial<SourceLoad> = {}): SourceLoad => ({
  ...{ source: 'pbx', name, busy: 1, slotMs: 10, isLeftAlone: false },
  ...more,
});
const several = (count: number, more: Partial<SourceLoad>) =>
  Array.from({ length: count }, (_, index) => load(`sick-${index}`, more));

describe('what a worker claims', () => {
  it('is of every target that it can send to', () => {
    expect(capacityFor([load('crm')], ['pbx'], LIMITS)).toEqual({
      without: [],
      withoutOf: [],
      perTarget: 4,
      most: 128,
    });
  });

  it('is twice what a target may have at once: what it has next is there when that is answered', () => {
    expect(capacityFor([load('a', { busy: 8 }), load('b', { busy: 7 })], ['pbx'], LIMITS).without).toEqual(['a']);
  });

  it('is nothing for targets that hang, once these have their share; and always something for those that do not', () => {
    const sick = several(40, { busy: 4, slotMs: 10_000 });
    const { without, most, perTarget } = capacityFor([...sick, load('crm', { busy: 0 })], ['pbx'], LIMITS);
    expect(without).toHaveLength(40);
    expect(without).not.toContain('crm');
    // Any of which nothing is known may hang as well.
    expect(perTarget).toBe(1);
    expect(most).toBeGreaterThan(0);
  });

  it('is more for a quick target while slow ones have their share', () => {
    const sick = several(25, { busy: 4, slotMs: 10_000 });
    expect(capacityFor([...sick, load('crm')], ['pbx'], LIMITS).without).not.toContain('crm');
  });

  it('is nothing for a target that is left alone, however little is there', () => {
    expect(capacityFor([load('dead', { busy: 0, isLeftAlone: true })], ['pbx'], LIMITS).without).toEqual(['dead']);
  });

  it('is something for another source where a target is left alone for one', () => {
    const { without, withoutOf } = capacityFor([load('crm', { isLeftAlone: true })], ['pbx', 'other'], LIMITS);
    expect(without).toEqual([]);
    expect(withoutOf).toEqual([{ source: 'pbx', target: 'crm' }]);
  });

  it('is nothing at all where a thousand wait for answers', () => {
    expect(capacityFor(several(1128, { slotMs: 10_000 }), ['pbx'], LIMITS).most).toBe(0);
  });
});
