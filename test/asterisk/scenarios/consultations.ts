import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { consultsByCode, transfers, transfersUnanswered } from './attended-transfers.ts';
import { ringing } from './groups.ts';
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

/** What else can become of a consultation: given up, all three together, to and fro; and to whom it can go. */
export const CONSULTATIONS: readonly Scenario[] = [
  {
    name: 'consultation-given-up',
    async play(w) {
      const [a, b, c] = await consulting(w);
      await w.press(b, '*1');
      await c.is('ended');
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    name: 'consultation-made-three-way',
    async play(w) {
      const [a, b, c] = await consulting(w);
      await w.press(b, '*3');
      await w.ami.event('the three-way call', /^Event: AttendedTransfer\r\n(?:.+\r\n)*?DestType: Threeway\r$/m);
      await Promise.all([w.talk(a, b), w.talk(b, c)]);
      b.hangup();
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'consultation-swapped',
    async play(w) {
      const [a, b, c] = await consulting(w);
      await w.press(b, '*4');
      await w.talk(a, b);
      b.hangup();
      await w.talk(a, c);
      await hangsUp(c, a);
    },
  },
  {
    name: 'consultation-cancelled-by-ami',
    async play(w) {
      const [a, b] = await talking(w);
      const transferer = w.ami.channelOf('102');
      await w.ami.does({ Action: 'Atxfer', Channel: transferer, Context: 'phones', Exten: '103' });
      const c = await w.phone('103').incoming();
      await w.ami.event('the dial to 103', /^Event: DialBegin\r/, 2);
      await w.ami.does({ Action: 'CancelAtxfer', Channel: transferer });
      await c.is('ended');
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    // A phone that transfers to a queue does not wait for it to answer.
    name: 'blonde-transfer-to-queue',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const consult = w.phone('101').call('218');
      const first = await w.phone('103').incoming();
      await consult.is('answered');
      await transfersUnanswered(w, b, consult);
      await first.is('ended');
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'attended-transfer-to-conference',
    async play(w) {
      const [a, b] = await talking(w);
      const c = w.phone('103').call('310');
      await w.ami.event('103 in the conference', /^Event: ConfbridgeJoin\r/);
      const consult = w.phone('102').call('310');
      await w.ami.event('102 in the conference', /^Event: ConfbridgeJoin\r/, 2);
      await w.talk(consult, c);
      b.referTo(consult);
      await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
      release(b, consult);
      await w.ami.until('102 to be gone', () => w.ami.living.of('102') === 0);
      a.hangup();
      await w.ami.until('101 to be gone', () => w.ami.living.of('101') === 0);
      c.hangup();
    },
  },
  {
    name: 'consultation-by-caller',
    async play(w) {
      const [a, b] = await talking(w);
      const c = await answered(await consultsByCode(w, a));
      await w.talk(a, c);
      a.hangup();
      await w.talk(b, c);
      await hangsUp(c, b);
    },
  },
  {
    name: 'consultation-with-ring-group',
    async play(w) {
      const [a, b] = await talking(w, '105', '101');
      await w.press(b, '*2');
      await w.ami.event('105 on hold', /^Event: MusicOnHoldStart\r/);
      await w.press(b, '201');
      const [second, third] = await ringing(w, '102', '103');
      await w.ami.event('101 at the consultation', /^Event: BridgeEnter\r\n(?:.+\r\n)*?Channel: Local\/201@.*;1\r$/m);
      b.hangup();
      await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
      await third.answer();
      await second.is('ended');
      await w.talk(a, third);
      await hangsUp(third, a);
    },
  },
  {
    name: 'attended-transfer-twice',
    async play(w) {
      const [a, b] = await talking(w);
      const [first, c] = await talking(w, '102', '103');
      await transfers(w, b, first, a, c);
      const [second, d] = await talking(w, '103', '104');
      await transfers(w, c, second, a, d, 2);
      await hangsUp(a, d);
    },
  },
  {
    name: 'two-callers-joined',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      const second = fromOutside(w, '+18005550101', { from: '+31201112222', displayName: 'Second' });
      const line2 = await answersAt(w, second, w.phone('101'));
      b.referTo(line2);
      await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
      await w.ami.until('the two callers to talk', () => w.ami.living.inOneBridge('trunk', 'trunk'));
      release(b, line2);
      await w.ami.until('101 to be gone', () => w.ami.living.of('101') === 0);
      await hangsUp(a, second);
    },
  },
];

/** 101 calls 102, who consults 103 by feature code; 103 answers. */
async function consulting(w: World): Promise<[Dialog, Dialog, Dialog]> {
  const [a, b] = await talking(w);
  const c = await answered(await consultsByCode(w, b));
  await w.talk(b, c);
  return [a, b, c];
}
