import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { ringing, takes } from './groups.ts';
import {
  answered,
  answersAt,
  fromOutside,
  hangsUp,
  release,
  type Scenario,
  talking,
  talkingToOutside,
} from './scenario.ts';

/** Attended and blonde transfers: by REFER with Replaces, by feature code, by AMI. */
export const ATTENDED_TRANSFERS: readonly Scenario[] = [
  {
    name: 'attended-transfer-by-refer',
    async play(w) {
      const [a, b] = await talking(w);
      const [consult, c] = await consulted(w, '102', '103');
      await transfers(w, b, consult, a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'attended-transfer-by-caller',
    async play(w) {
      const [a, b] = await talking(w);
      const [consult, c] = await consulted(w, '101', '103');
      await transfers(w, a, consult, b, c);
      await hangsUp(c, b);
    },
  },
  {
    name: 'attended-transfer-from-outside',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const [consult, c] = await consulted(w, '101', '103');
      await transfers(w, b, consult, a, c);
      await hangsUp(c, a);
    },
  },
  {
    name: 'attended-transfer-to-outside',
    async play(w) {
      const [a, b] = await talking(w);
      const consult = w.phone('102').call('9+31201234567');
      const c = await answersAt(w, consult, w.trunk);
      await transfers(w, b, consult, a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'attended-transfer-out-of-queue',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, first, second);
      const [consult, c] = await consulted(w, '101', '103');
      await transfers(w, first, consult, a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'attended-transfer-to-ring-group-local',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const consult = w.phone('101').call('202');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, consult, third, second);
      await transfers(w, b, consult, a, third);
      await hangsUp(a, third);
    },
  },
  {
    name: 'attended-transfer-by-feature-code',
    async play(w) {
      const [a, b] = await talking(w);
      const c = await answered(await consultsByCode(w, b));
      await w.talk(b, c);
      b.hangup();
      await w.inOneBridge(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'attended-transfer-by-feature-code-refused',
    async play(w) {
      const [a, b] = await talking(w);
      const c = await (await consultsByCode(w, b)).incoming();
      c.respond(486, 'Busy Here');
      // Asterisk says that it did not work, and 102 talks to 101 again.
      await w.ami.event('102 back with 101', /^Event: MusicOnHoldStop\r/);
      await w.talk(a, b);
      await hangsUp(b, a);
    },
  },
  {
    name: 'attended-transfer-by-ami',
    async play(w) {
      const [a, b] = await talking(w);
      await w.ami.does({ Action: 'Atxfer', Channel: w.ami.channelOf('102'), Context: 'phones', Exten: '103' });
      const c = await answered(w.phone('103'));
      await w.talk(b, c);
      b.hangup();
      await w.inOneBridge(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blonde-transfer',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const consult = w.phone('101').call('103');
      const c = await w.phone('103').incoming();
      await consult.is('ringing');
      await transfersUnanswered(w, b, consult);
      await c.answer();
      await w.talk(a, c);
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blonde-transfer-not-answered',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const consult = w.phone('101').call('103');
      const c = await w.phone('103').incoming();
      await consult.is('ringing');
      await transfersUnanswered(w, b, consult);
      await hangsUp(a, c);
      release(b);
    },
  },
  {
    name: 'blonde-transfer-by-feature-code',
    async play(w) {
      const [a, b] = await talking(w);
      const c = await (await consultsByCode(w, b)).incoming();
      await c.is('ringing');
      await w.ami.event('the dial to 103', /^Event: DialBegin\r/, 2);
      await w.ami.event('102 at the consultation', /^Event: BridgeEnter\r\n(?:.+\r\n)*?Channel: Local\/103@.*;1\r$/m);
      b.hangup();
      await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
      await c.answer();
      await w.inOneBridge(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blonde-transfer-by-feature-code-comes-back',
    luck: 'whether Asterisk 16 rings 102 again, or hangs until it is killed',
    async play(w) {
      const [a, b] = await talking(w);
      const c = await (await consultsByCode(w, b)).incoming();
      await c.is('ringing');
      await w.ami.event('the dial to 103', /^Event: DialBegin\r/, 2);
      await w.ami.event('102 at the consultation', /^Event: BridgeEnter\r\n(?:.+\r\n)*?Channel: Local\/103@.*;1\r$/m);
      b.hangup();
      // 103 does not answer within atxfernoanswertimeout: 102 is rung again.
      const again = await w.phone('102').incoming();
      await w.ami.event(
        '102 ringing again',
        /^Event: Newstate\r\n(?:.+\r\n)*?Channel: P?J?SIP\/102-.*\r\nChannelState: 5\r$/m,
        2,
      );
      await again.answer();
      await w.talk(a, again);
      await w.ami.until("the end of 102's first call", () => w.ami.living.of('102') === 1);
      await hangsUp(again, a);
    },
  },
];

/** A phone calls another on its second line, and they talk. */
export async function consulted(w: World, from: string, to: string): Promise<[Dialog, Dialog]> {
  return talking(w, from, to);
}

/** Transfers without waiting for an answer; the consultation ends with that. */
export async function transfersUnanswered(w: World, transferrer: Dialog, consult: Dialog): Promise<void> {
  transferrer.referTo(consult);
  await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
  await consult.is('ended');
}

/** A phone's two calls are joined, and it is out of both. */
export async function transfers(
  w: World,
  call: Dialog,
  consult: Dialog,
  transferred: Dialog,
  target: Dialog,
  nth = 1,
): Promise<void> {
  call.referTo(consult);
  await w.ami.event('the transfer', /^Event: AttendedTransfer\r/, nth);
  await w.talk(transferred, target);
  release(call, consult);
}

/** 102 presses the feature code and 103's number. @returns the phone that rings then */
export async function consultsByCode(w: World, call: Dialog) {
  await w.press(call, '*2');
  await w.ami.event('101 on hold', /^Event: MusicOnHoldStart\r/);
  await w.press(call, '103');
  return w.phone('103');
}
