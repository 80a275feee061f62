import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { transfersUnanswered } from './attended-transfers.ts';
import { insists } from './forwarding.ts';
import { ringing, takes } from './groups.ts';
import { answersOriginate, originate } from './originated.ts';
import { answered, answersAt, hangsUp, release, type Scenario, talking, talkingToOutside } from './scenario.ts';

/** Who is transferred dials on from an IVR; a click to call is transferred before anybody else has answered. */
export const TRANSFERS_TO_APPLICATIONS: readonly Scenario[] = [
  {
    name: 'blind-transfer-of-called-outside-to-ivr',
    async play(w) {
      const [a, b] = await wentOut(w);
      a.refer('302');
      const c = await answered(w.phone('102'));
      await w.talk(b, c);
      release(a);
      await hangsUp(b, c);
    },
  },
  {
    name: 'blind-transfer-of-called-outside-to-queue',
    async play(w) {
      const [a, b] = await wentOut(w);
      a.refer('218');
      const c = await answered(w.phone('103'));
      await w.talk(b, c);
      release(a);
      await hangsUp(b, c);
    },
  },
  {
    name: 'blind-transfer-of-called-outside-by-itself',
    // The outside party sends the extension that called it to another one.
    async play(w) {
      const [a, b] = await wentOut(w);
      await w.ami.does({ Action: 'BlindTransfer', Channel: w.ami.channelOf('trunk'), Context: 'phones', Exten: '102' });
      const c = await answered(w.phone('102'));
      await w.talk(a, c);
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blind-transfer-of-agent',
    async play(w) {
      const a = w.phone('101').call('218');
      const b = await answersAt(w, a, w.phone('103'));
      await toAnother(w, a, b);
    },
  },
  {
    name: 'blind-transfer-of-followme',
    async play(w) {
      const a = w.phone('101').call('342');
      const b = await answered(w.phone('102'));
      await insists(w, b, '1', () => w.ami.living.connected('101', '102'));
      await toAnother(w, a, b);
    },
  },
  {
    name: 'blind-transfer-by-followme',
    async play(w) {
      const a = w.phone('101').call('342');
      const b = await answered(w.phone('102'));
      await insists(w, b, '1', () => w.ami.living.connected('101', '102'));
      await toAnother(w, b, a);
    },
  },
  {
    name: 'blind-transfer-of-ring-group-local-member',
    async play(w) {
      const a = w.phone('101').call('202');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, a, second, third);
      await toAnother(w, a, second);
    },
  },
  {
    name: 'attended-transfer-to-ivr-from-outside',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      await toIvr(w, b);
      await hangsUp(a, await meets102(w, a));
    },
  },
  {
    name: 'attended-transfer-to-ivr-of-called-outside',
    async play(w) {
      const [a, b] = await wentOut(w);
      await toIvr(w, a);
      await hangsUp(b, await meets102(w, b));
    },
  },
  {
    name: 'attended-transfer-to-ivr-by-called',
    async play(w) {
      const [a, b] = await talking(w, '103', '101');
      await toIvr(w, b);
      await hangsUp(a, await meets102(w, a));
    },
  },
  {
    name: 'attended-transfer-to-ivr-by-caller',
    async play(w) {
      const [a, b] = await talking(w, '101', '103');
      await toIvr(w, a);
      await hangsUp(b, await meets102(w, b));
    },
  },
  {
    name: 'blonde-transfer-then-forwarded',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const phone = w.phone('103');
      phone.onCall = (call) => call.ring();
      const consult = w.phone('101').call('103');
      const c = await phone.incoming();
      await consult.is('ringing');
      await transfersUnanswered(w, b, consult);
      c.respond(302, 'Moved Temporarily', [['Contact', '<sip:102@127.0.0.1>']]);
      const d = await meets102(w, a);
      release(b);
      await hangsUp(a, d);
    },
  },
  {
    name: 'blonde-transfer-to-hunt-group',
    // The group's second phone rings once the first did not answer: nobody is left of the consultation by then.
    async play(w) {
      const [a, b] = await talking(w, '104', '103');
      const consult = w.phone('103').call('203');
      await w.phone('101').incoming();
      await consult.is('ringing');
      await transfersUnanswered(w, b, consult);
      const d = await meets102(w, a);
      release(b);
      await hangsUp(a, d);
    },
  },
  {
    name: 'click-to-call-local-transferred-while-group-rings',
    async play(w) {
      await originate(w, { Channel: 'Local/104@members', Exten: '201', CallerID: '"Dave" <104>' });
      const a = await answersOriginate(w, '104');
      const [second, third] = await ringing(w, '102', '103');
      await second.is('ringing');
      a.refer('105');
      const e = await w.phone('105').incoming();
      await e.is('ringing');
      await second.answer();
      await third.is('ended');
      await e.answer();
      await w.talk(second, e);
      release(a);
      await hangsUp(e, second);
    },
  },
  {
    name: 'click-to-call-local-announcement-transferred',
    async play(w) {
      await originate(w, { Channel: 'Local/101@members', Exten: '301', CallerID: '"Alice" <101>' });
      const a = await answersOriginate(w, '101');
      await w.reached('Listened');
      a.refer('103');
      const c = await answered(w.phone('103'));
      await c.is('answered');
      release(a);
      c.hangup();
    },
  },
  {
    name: 'click-to-call-local-announcement-redirected',
    async play(w) {
      await originate(w, { Channel: 'Local/101@members', Exten: '301', CallerID: '"Alice" <101>' });
      const a = await answersOriginate(w, '101');
      await w.ami.event('101 with its Local channel', /^Event: BridgeEnter\r/, 2);
      await w.ami.does({
        Action: 'Redirect',
        Channel: w.ami.channelOf('101'),
        Context: 'phones',
        Exten: '103',
        Priority: '1',
      });
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
];

/** One side sends the other on to 105, which answers. */
async function toAnother(w: World, by: Dialog, other: Dialog): Promise<void> {
  by.refer('105');
  const c = await answered(w.phone('105'));
  await w.talk(other, c);
  release(by);
  await hangsUp(other, c);
}

/** 101 calls an outside party. @returns both sides */
async function wentOut(w: World): Promise<[Dialog, Dialog]> {
  const a = w.phone('101').call('9+31201234567');
  return [a, await answersAt(w, a, w.trunk)];
}

/** 101 dials an IVR on its second line and puts the other side of `call` through to it, before it dials on. */
async function toIvr(w: World, call: Dialog): Promise<void> {
  const consult = w.phone('101').call('302');
  await consult.is('answered');
  call.referTo(consult);
  await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
  release(call, consult);
}

async function meets102(w: World, other: Dialog): Promise<Dialog> {
  const c = await answered(w.phone('102'));
  await w.talk(other, c);
  return c;
}
