import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answered, answersAt, forwardsTo, fromOutside, hangsUp, rejectsAsBusy, type Scenario } from './scenario.ts';

/** Calls that go on to another phone: 302, call forward and do-not-disturb by the dialplan, Follow-Me. */
export const FORWARDING: readonly Scenario[] = [
  {
    name: 'forward-302',
    async play(w) {
      forwardsTo(w.phone('101'), '103');
      const a = fromOutside(w, '+18005550101');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'forward-302-internal',
    async play(w) {
      w.phone('102').onCall = (call) => {
        call.ring();
        call.respond(302, 'Moved', [['Contact', '<sip:103@127.0.0.1>']]);
      };
      const a = w.phone('101').call('102');
      await hangsUp(await answersAt(w, a, w.phone('103')), a);
    },
  },
  {
    name: 'forward-302-twice',
    async play(w) {
      forwardsTo(w.phone('101'), '102');
      forwardsTo(w.phone('102'), '103');
      const a = fromOutside(w, '+18005550101');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'forward-302-to-outside',
    async play(w) {
      forwardsTo(w.phone('102'), '9+31201234567');
      const a = w.phone('101').call('102');
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
  {
    name: 'forward-302-not-answered',
    async play(w) {
      forwardsTo(w.phone('102'), '103');
      const a = w.phone('101').call('102');
      const c = await w.phone('103').incoming();
      await a.is('ringing');
      a.cancel();
      await c.is('ended');
    },
  },
  {
    name: 'forward-by-dialplan',
    async play(w) {
      const a = w.phone('101').call('330');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'forward-by-dialplan-from-outside',
    async play(w) {
      const a = fromOutside(w, '+18005550331');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'forward-by-dialplan-to-outside',
    async play(w) {
      const a = w.phone('101').call('332');
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
  {
    name: 'do-not-disturb',
    async play(w) {
      await w.phone('101').call('333').is('refused');
      await fromOutside(w, '+18005550333').is('refused');
    },
  },
  {
    name: 'followme',
    // Asterisk 16 always asks the one that answers.
    only: ({ version }) => version === '22',
    async play(w) {
      const a = w.phone('105').call('341');
      const b = await w.phone('102').incoming();
      b.respond(486, 'Busy Here');
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      await hangsUp(c, a);
    },
  },
  {
    name: 'followme-accepted',
    async play(w) {
      const a = fromOutside(w, '+18005550342');
      const b = await answered(w.phone('102'));
      await insists(w, b, '1', () => w.ami.living.connected('trunk', '102'));
      await hangsUp(a, b);
    },
  },
  {
    name: 'followme-refused-then-accepted',
    async play(w) {
      const a = w.phone('105').call('342');
      const b = await answered(w.phone('102'));
      await insists(w, b, '2', () => b.has('ended'));
      const c = await answered(w.phone('103'));
      await insists(w, c, '1', () => w.ami.living.connected('105', '103'));
      await hangsUp(c, a);
    },
  },
  {
    name: 'followme-nobody',
    async play(w) {
      rejectsAsBusy(w.phone('102'));
      rejectsAsBusy(w.phone('103'));
      await w.phone('105').call('342').is('ended');
    },
  },
];

/** Follow-Me hears a digit only while it asks its question: so it is pressed until it has arrived. */
export async function insists(w: World, call: Dialog, digit: string, isHeard: () => boolean): Promise<void> {
  while (!isHeard()) {
    if (call.has('ended')) throw new Error(`${call.phone.name}: Follow-Me has ended before it captured ${digit}`);
    await w.press(call, digit);
  }
}
