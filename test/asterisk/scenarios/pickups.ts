import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { ringing } from './groups.ts';
import { fromOutside, hangsUp, isPjsip, type Scenario } from './scenario.ts';

/** Another phone takes a call that rings: by group, by extension, by channel, by an INVITE with Replaces. */
export const PICKUPS: readonly Scenario[] = [
  {
    name: 'pickup-group',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await rings(w, a, '102');
      const c = await picksUp(w, '103', '*8', a, b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-group-from-outside',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await rings(w, a, '101');
      const c = await picksUp(w, '103', '*8', a, b);
      await hangsUp(c, a);
    },
  },
  {
    name: 'pickup-extension',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await rings(w, a, '102');
      const c = await picksUp(w, '103', '*9102', a, b);
      await hangsUp(c, a);
    },
  },
  {
    name: 'pickup-channel',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await rings(w, a, '101');
      const c = await picksUp(w, '103', '8101', a, b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-by-replaces',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await rings(w, a, '102');
      const c = w.phone('103').call('102', {
        headers: [['Replaces', `${b.callId};to-tag=${b.remoteTag};from-tag=${b.localTag}`]],
      });
      await taken(w, a, b, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-of-ring-group-local',
    async play(w) {
      const a = fromOutside(w, '+18005550201');
      await ringing(w, '102', '103');
      await a.is('ringing');
      const c = w.phone('104').call('*8');
      await Promise.all([c.is('answered'), a.is('answered')]);
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-of-queue-call',
    async play(w) {
      const a = fromOutside(w, '+18005550211');
      const b = await w.phone('101').incoming();
      const c = await picksUp(w, '103', '*8', a, b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-by-replaces-out-of-queue',
    async play(w) {
      const a = w.phone('101').call('216');
      const b = await w.phone('103').incoming();
      await b.is('ringing');
      const c = replaces(w, '105', b);
      await taken(w, a, b, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-by-replaces-out-of-queue-from-outside',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const [first, second] = await ringing(w, '101', '102');
      await Promise.all([first.is('ringing'), second.is('ringing')]);
      const c = replaces(w, '105', first);
      await taken(w, a, first, c);
      await second.is('ended');
      await hangsUp(c, a);
    },
  },
  {
    // 103 sends no sound, so Asterisk waits half a second between answering it and the pickup: 102 answers meanwhile.
    name: 'pickup-while-it-answers',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await rings(w, a, '102');
      const c = w.phone('103').call('*8');
      c.onAnswer = (call) => call.stopSound();
      await c.is('answered');
      await b.answer();
      // Asterisk 16 puts the picker into the bridge in its place, and reports no BridgeEnter.
      await b.is('ended');
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-by-own-second-phone',
    only: isPjsip,
    async play(w) {
      const a = fromOutside(w, '+18005550104');
      const calls = await ringing(w, '104', '104b');
      await a.is('ringing');
      const c = w.phone('104').call('*8');
      await Promise.all([c.is('answered'), a.is('answered'), ...calls.map((call) => call.is('ended'))]);
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'pickup-of-nothing',
    async play(w) {
      await w.phone('103').call('*8').is('ended');
    },
  },
];

/** A phone takes a call that rings at another, with an INVITE with Replaces. */
function replaces(w: World, picker: string, ringing: Dialog): Dialog {
  return w.phone(picker).call(ringing.endpoint, {
    headers: [['Replaces', `${ringing.callId};to-tag=${ringing.remoteTag};from-tag=${ringing.localTag}`]],
  });
}

async function rings(w: World, caller: Dialog, name: string): Promise<Dialog> {
  const call = await w.phone(name).incoming();
  await caller.is('ringing');
  return call;
}

async function picksUp(w: World, picker: string, code: string, caller: Dialog, ringing: Dialog): Promise<Dialog> {
  const call = w.phone(picker).call(code);
  await taken(w, caller, ringing, call);
  return call;
}

async function taken(w: World, caller: Dialog, ringing: Dialog, picker: Dialog): Promise<void> {
  await Promise.all([picker.is('answered'), caller.is('answered'), ringing.is('ended')]);
  await w.talk(caller, picker);
}
