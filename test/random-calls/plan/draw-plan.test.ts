import { describe, expect, it } from '@jest/globals';
import { didOf, EXTENSIONS } from '../cast.ts';
import { drawPlan } from './draw-plan.ts';
import { askedBy, WEIGHTS } from './kinds.ts';
import { meetingOf } from './meetings.ts';
import { type CallPlan, outsideNumber } from './plan.ts';
import { tagShown } from './tag.ts';

const MANY = 3000;
const plans = Array.from({ length: MANY }, (_, index) => drawPlan(11, index + 1));

describe('plans', () => {
  it('are the same for the same seed, in whatever order they are drawn', () => {
    const again = Array.from({ length: 50 }, (_, index) => drawPlan(11, 50 - index)).reverse();
    expect(again).toEqual(plans.slice(0, 50));
  });

  it('are others for another seed', () => {
    const others = Array.from({ length: 50 }, (_, index) => drawPlan(12, index + 1));
    const same = others.filter(({ seed }, index) => plans[index]?.seed === seed);
    expect(same).toEqual([]);
  });

  it('have every kind of call, or only the wanted ones', () => {
    const kinds = new Set(plans.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(WEIGHTS.map(([kind]) => kind).sort());
    const wanted = Array.from({ length: 100 }, (_, index) => drawPlan(3, index + 1, ['queue', 'ivr']).kind);
    expect([...new Set(wanted)].sort()).toEqual(['ivr', 'queue']);
  });

  it('show in name or number which call it is', () => {
    const unknown = plans.filter(({ index, begins }) => {
      const from = begins.how === 'phone' ? begins.from : begins.extension;
      return tagShown(begins.name, from)?.tag.plan !== index;
    });
    expect(unknown).toEqual([]);
  });

  it('let no extension dial itself', () => {
    const itself = plans.filter(({ begins }) => {
      const own = begins.how === 'phone' ? begins.phone.slice(0, 3) : begins.extension;
      return begins.number === own;
    });
    expect(itself).toEqual([]);
  });

  it('have a second transfer by the target of the first, where two in a row are planned', () => {
    const twice = plans.filter(({ kind }) => kind === 'twice-transferred');
    expect(twice.length).toBeGreaterThan(50);
    for (const { middle, cancelAfterMs } of twice) {
      expect(middle.map(({ side }) => side === 'target')).toEqual([false, true]);
      expect(cancelAfterMs).toBeUndefined();
    }
  });

  it('use every way to transfer, by either side, and every pickup', () => {
    const actions = new Set(plans.flatMap(({ middle }) => middle.map(({ what, side }) => `${side} ${what}`)));
    for (const side of ['caller', 'called', 'target']) expect(actions).toContain(`${side} refer`);
    for (const what of ['consult', 'park', 'code-blind', 'code-consult', 'ami-redirect', 'ami-consult', 'hold'])
      expect(actions).toContain(`caller ${what}`);
    const pickups = plans.flatMap(({ pickups: own }) => own.map(({ code = 'Replaces' }) => code.replace(/\d$/, '')));
    expect([...new Set(pickups)].sort()).toEqual(['*', '**10', '**110', 'Replaces']);
  });
});

describe('how a phone meets a call', () => {
  const plan: CallPlan = { ...(plans[0] as CallPlan), meets: { 101: { ...anyMeeting(), afterMs: 777 } } };

  it('is what was planned the first time, and drawn from the seed after that', () => {
    expect(meetingOf(plan, '101', '', 0).afterMs).toBe(777);
    expect(meetingOf(plan, '101', '', 1)).toEqual(meetingOf(plan, '101', '', 1));
    expect(meetingOf(plan, '101', '', 1)).not.toEqual(meetingOf(plan, '101', '', 2));
  });

  it('is another in a consultation', () => {
    expect(meetingOf(plan, '101', 'b', 0).afterMs).not.toBe(777);
  });
});

describe('the cast', () => {
  it('has a DID for half of the extensions', () => {
    expect(EXTENSIONS.map(didOf).filter((did) => did !== undefined)).toEqual([
      '+18005550101',
      '+18005550102',
      '+18005550103',
      '+18005550104',
    ]);
  });

  it('asks to accept a call at some numbers, from outside too', () => {
    expect(askedBy('641')).toEqual(['101']);
    expect(askedBy('18005550653')).toEqual(['103', '103b']);
    expect(askedBy('672')).toEqual(['trunk']);
    expect([askedBy('620'), askedBy('101'), askedBy('915551641')]).toEqual([[], [], []]);
  });
});

describe('a tag', () => {
  it('is read from name, number or Referred-By, in this order', () => {
    expect(tagShown("C0012b O'Neil", '+14155550099')).toEqual({ tag: { plan: 12, mark: 'b' }, itself: true });
    expect(tagShown('', outsideNumber(99))).toEqual({ tag: { plan: 99, mark: '' }, itself: true });
    expect(tagShown('', '101', '<sip:C0007@127.0.0.1>')).toEqual({ tag: { plan: 7, mark: '' }, itself: false });
    expect(tagShown('Alice', '101')).toBeUndefined();
  });
});

function anyMeeting() {
  return { does: 'answer' as const, talkMs: 1, hangsUp: true };
}
