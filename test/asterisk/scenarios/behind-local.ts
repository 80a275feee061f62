import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { ringing, takes } from './groups.ts';
import { answered, fromOutside, hangsUp, release, type Scenario, talking } from './scenario.ts';

/** Who answered as a queue's Local member passes the call on: its Local channel stays between it and the caller. */
export const BEHIND_LOCAL: readonly Scenario[] = [
  {
    name: 'freepbx-queue-blind-transfer',
    async play(w) {
      const [a, b] = await answeredInQueue(w);
      b.refer('113');
      const c = await answered(w.phone('113'));
      await w.talk(a, c);
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'freepbx-queue-attended-transfer',
    async play(w) {
      const [a, b] = await answeredInQueue(w);
      const [consult, c] = await talking(w, '112', '113');
      b.referTo(consult);
      await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
      await w.talk(a, c);
      release(b, consult);
      await hangsUp(a, c);
    },
  },
  {
    name: 'freepbx-queue-consultation',
    async play(w) {
      const [a, b] = await answeredInQueue(w);
      await w.press(b, '*2');
      await w.ami.event('the caller on hold', /^Event: MusicOnHoldStart\r/, 2);
      await w.press(b, '113');
      const c = await answered(w.phone('113'));
      await w.talk(b, c);
      b.hangup();
      await w.talk(a, c);
      await hangsUp(c, a);
    },
  },
  {
    name: 'freepbx-queue-blind-transfer-by-code',
    async play(w) {
      const [a, b] = await answeredInQueue(w);
      await w.press(b, '#1');
      await w.ami.event('the caller on hold', /^Event: MusicOnHoldStart\r/, 2);
      await w.press(b, '113');
      const c = await answered(w.phone('113'));
      await w.talk(a, c);
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'park-behind-local-comes-back',
    async play(w) {
      const a = await parked(w);
      const again = await answered(w.phone('101'));
      await w.talk(a, again);
      await hangsUp(a, again);
    },
  },
  {
    name: 'park-behind-local-and-fetch',
    async play(w) {
      const a = await parked(w);
      const c = w.phone('103').call('701');
      await w.talk(a, c);
      await hangsUp(c, a);
    },
  },
];

/** A call from outside comes to the queue, where 112 answers. @returns both sides */
async function answeredInQueue(w: World): Promise<[Dialog, Dialog]> {
  const a = fromOutside(w, '+18005550400');
  const [b, other] = await ringing(w, '112', '113');
  await takes(w, a, b, other);
  return [a, b];
}

/** A call from outside comes to a queue, where 101 answers and parks it. @returns the caller's side */
async function parked(w: World): Promise<Dialog> {
  const a = fromOutside(w, '+18005550212');
  const [first, second] = await ringing(w, '101', '102');
  await takes(w, a, first, second);
  first.refer('700');
  await w.ami.event('the parked call', /^Event: ParkedCall\r/);
  release(first);
  return a;
}
