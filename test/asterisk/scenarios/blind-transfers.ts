import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { ringing, takes } from './groups.ts';
import {
  answered,
  answersAt,
  fromOutside,
  hangsUp,
  rejectsAsBusy,
  release,
  type Scenario,
  talking,
  talkingToOutside,
} from './scenario.ts';

/** Blind transfers, by REFER, by feature code and by AMI. */
export const BLIND_TRANSFERS: readonly Scenario[] = [
  {
    name: 'blind-transfer-by-called',
    async play(w) {
      const [a, b] = await talking(w);
      b.refer('103');
      const c = await takesOver(w, a, '103');
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blind-transfer-by-caller',
    async play(w) {
      const [a, b] = await talking(w);
      a.refer('103');
      const c = await takesOver(w, b, '103');
      release(a);
      await hangsUp(c, b);
    },
  },
  {
    name: 'blind-transfer-by-feature-code',
    async play(w) {
      const [a, b] = await talking(w);
      await w.press(b, '#1');
      await w.ami.event('101 on hold', /^Event: MusicOnHoldStart\r/);
      await w.press(b, '103');
      await hangsUp(a, await takesOver(w, a, '103'));
    },
  },
  {
    name: 'blind-transfer-by-ami',
    async play(w) {
      const [a, b] = await talking(w);
      await w.ami.does({ Action: 'BlindTransfer', Channel: w.ami.channelOf('102'), Context: 'phones', Exten: '103' });
      const c = await takesOver(w, a, '103');
      await hangsUp(a, c);
      release(b);
    },
  },
  {
    name: 'blind-transfer-from-outside',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('102');
      const c = await takesOver(w, a, '102');
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blind-transfer-to-outside',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('9+31201234567');
      const c = await answered(w.trunk);
      await c.is('answered');
      await w.ami.until('the two trunk calls to talk', () => w.ami.living.inOneBridge('trunk', 'trunk'));
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blind-transfer-to-ring-group',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('201');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, a, second, third);
      release(b);
      await hangsUp(second, a);
    },
  },
  {
    name: 'blind-transfer-to-queue',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('216');
      const c = await takesOver(w, a, '103');
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blind-transfer-to-voicemail',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('300');
      await (await w.phone('102').incoming()).is('ended');
      await w.reached('VoiceMail');
      release(b);
      a.hangup();
    },
  },
  {
    name: 'blind-transfer-to-busy',
    async play(w) {
      rejectsAsBusy(w.phone('103'));
      const [a, b] = await talkingToOutside(w);
      b.refer('103');
      await a.is('ended');
    },
  },
  {
    name: 'blind-transfer-to-absent',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('106');
      await a.is('ended');
    },
  },
  {
    name: 'blind-transfer-to-busy-and-back',
    async play(w) {
      rejectsAsBusy(w.phone('103'));
      const [a, b] = await talkingToOutside(w);
      b.refer('361');
      const again = await takesOver(w, a, '101');
      release(b);
      await hangsUp(a, again);
    },
  },
  {
    name: 'blind-transfer-to-absent-and-back',
    luck: 'whether Asterisk sends 101 the BYE, or leaves it waiting',
    async play(w) {
      const [a, b] = await talking(w);
      b.refer('362');
      const again = await takesOver(w, a, '102');
      release(b);
      await hangsUp(again, a);
    },
  },
  {
    name: 'blind-transfer-not-answered-and-back',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('361');
      await (await w.phone('103').incoming()).is('ended');
      const again = await takesOver(w, a, '101');
      release(b);
      await hangsUp(again, a);
    },
  },
  {
    name: 'blind-transfer-out-of-queue',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, first, second);
      first.refer('103');
      const c = await takesOver(w, a, '103');
      release(first);
      await hangsUp(a, c);
    },
  },
  {
    name: 'blind-transfer-twice',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      b.refer('102');
      const c = await takesOver(w, a, '102');
      release(b);
      c.refer('103');
      const d = await takesOver(w, a, '103');
      release(c);
      await hangsUp(a, d);
    },
  },
  {
    name: 'redirect',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await answersAt(w, a, w.phone('101'));
      await w.ami.does({
        Action: 'Redirect',
        Channel: w.ami.channelOf('trunk'),
        Context: 'phones',
        Exten: '103',
        Priority: '1',
      });
      await b.is('ended');
      await hangsUp(a, await takesOver(w, a, '103'));
    },
  },
  {
    name: 'redirect-both',
    async play(w) {
      const [a, b] = await talking(w);
      await w.ami.does({
        Action: 'Redirect',
        Channel: w.ami.channelOf('101'),
        Context: 'phones',
        Exten: '310',
        Priority: '1',
        ExtraChannel: w.ami.channelOf('102'),
        ExtraContext: 'phones',
        ExtraExten: '310',
        ExtraPriority: '1',
      });
      await w.ami.event('both in the conference', /^Event: ConfbridgeJoin\r/, 2);
      await w.talk(a, b);
      b.hangup();
      await w.ami.event('102 out of the conference', /^Event: ConfbridgeLeave\r/);
      a.hangup();
    },
  },
];

/** The transfer's target answers, and talks to who was transferred. */
export async function takesOver(w: World, transferred: Dialog, target: string): Promise<Dialog> {
  const call = await answered(w.phone(target));
  await w.talk(transferred, call);
  return call;
}
