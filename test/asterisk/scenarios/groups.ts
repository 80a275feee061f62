import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answersAt, fromOutside, hangsUp, isPjsip, rejectsAsBusy, type Scenario } from './scenario.ts';

/** Several phones ring for one call. */
export const GROUPS: readonly Scenario[] = [
  {
    name: 'ring-group',
    async play(w) {
      const a = w.phone('105').call('200');
      const [first, second, third] = await ringing(w, '101', '102', '103');
      await takes(w, a, second, first, third);
      await hangsUp(a, second);
    },
  },
  {
    name: 'ring-group-one-busy',
    async play(w) {
      rejectsAsBusy(w.phone('101'));
      const a = w.phone('105').call('200');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, a, third, second);
      await hangsUp(third, a);
    },
  },
  {
    name: 'ring-group-from-outside-missed',
    async play(w) {
      const a = fromOutside(w, '+18005550200');
      const calls = await ringing(w, '101', '102', '103');
      await a.is('ringing');
      a.cancel();
      await Promise.all(calls.map((call) => call.is('ended')));
    },
  },
  {
    name: 'ring-group-local',
    async play(w) {
      const a = fromOutside(w, '+18005550201');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, a, third, second);
      await w.inOneBridge(a, third);
      await hangsUp(a, third);
    },
  },
  {
    name: 'ring-group-local-missed',
    async play(w) {
      const a = w.phone('101').call('201');
      const calls = await ringing(w, '102', '103');
      await a.is('ringing');
      a.cancel();
      await Promise.all(calls.map((call) => call.is('ended')));
    },
  },
  {
    name: 'ring-group-local-not-optimised',
    async play(w) {
      const a = w.phone('101').call('202');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, a, second, third);
      await hangsUp(second, a);
    },
  },
  {
    name: 'hunt-group',
    async play(w) {
      const a = fromOutside(w, '+18005550203');
      await (await w.phone('101').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'ring-group-local-voicemail-answers',
    async play(w) {
      const a = w.phone('101').call('204');
      const [second, third] = await ringing(w, '102', '103');
      await w.reached('VoiceMail');
      await Promise.all([a.is('answered'), second.is('ended'), third.is('ended')]);
      a.hangup();
    },
  },
  {
    name: 'ring-group-local-voicemail-answers-from-outside',
    async play(w) {
      const a = fromOutside(w, '+18005550204');
      const [second, third] = await ringing(w, '102', '103');
      await w.reached('VoiceMail');
      await Promise.all([a.is('answered'), second.is('ended'), third.is('ended')]);
      a.hangup();
    },
  },
  {
    name: 'several-contacts',
    only: isPjsip,
    async play(w) {
      const a = w.phone('101').call('5104');
      const [desk, mobile] = await ringing(w, '104', '104b');
      await takes(w, a, mobile, desk);
      await hangsUp(a, mobile);
    },
  },
  {
    name: 'several-contacts-missed',
    only: isPjsip,
    async play(w) {
      const a = fromOutside(w, '+18005550104');
      const calls = await ringing(w, '104', '104b');
      await a.is('ringing');
      a.cancel();
      await Promise.all(calls.map((call) => call.is('ended')));
    },
  },
  {
    name: 'several-contacts-one-declines',
    only: isPjsip,
    async play(w) {
      const a = w.phone('101').call('5104');
      const [desk, mobile] = await ringing(w, '104', '104b');
      desk.respond(603, 'Decline');
      await w.ami.event('the end of the declined dial', /^Event: DialEnd\r/);
      await takes(w, a, mobile);
      await hangsUp(mobile, a);
    },
  },
];

/** The calls of phones that ring at once, by their names. */
export async function ringing<Names extends string[]>(
  w: World,
  ...names: Names
): Promise<{ [I in keyof Names]: Dialog }> {
  const calls = await Promise.all(names.map((name) => w.phone(name).incoming()));
  return calls as { [I in keyof Names]: Dialog };
}

/** One of several answers; the others are cancelled. */
export async function takes(w: World, caller: Dialog, taker: Dialog, ...others: Dialog[]): Promise<void> {
  await taker.answer();
  await Promise.all([caller.is('answered'), ...others.map((other) => other.is('ended'))]);
  await w.talk(caller, taker);
}
