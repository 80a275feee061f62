import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answered, answersAt, hangsUp, release, type Scenario, talking, talkingToOutside } from './scenario.ts';

/** Calls that are parked, fetched, come back, or are given up. */
export const PARKING: readonly Scenario[] = [
  {
    name: 'park-and-fetch',
    async play(w) {
      const [a, b] = await talking(w);
      await parks(w, b);
      const c = w.phone('103').call('701');
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'park-from-outside-and-fetch',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      await parks(w, b);
      const c = w.phone('103').call('701');
      await w.talk(a, c);
      await hangsUp(c, a);
    },
  },
  {
    name: 'park-by-feature-code',
    async play(w) {
      const [a, b] = await talking(w);
      await w.press(b, '#72');
      await parked(w);
      const c = w.phone('103').call('701');
      await w.talk(a, c);
      // 102 hears meanwhile where the call is parked.
      await hangsUp(a, c, b);
    },
  },
  {
    name: 'park-by-ami',
    async play(w) {
      const [a, b] = await talking(w);
      await w.ami.does({
        Action: 'Park',
        Channel: w.ami.channelOf('101'),
        TimeoutChannel: w.ami.channelOf('102'),
        Timeout: '20000',
      });
      await parked(w);
      const c = w.phone('103').call('701');
      await w.talk(a, c);
      await hangsUp(c, a, b);
    },
  },
  {
    name: 'park-comes-back',
    async play(w) {
      const [a, b] = await talking(w);
      await parks(w, b);
      const again = await answered(w.phone('102'));
      await w.talk(a, again);
      await hangsUp(a, again);
    },
  },
  {
    name: 'park-called-outside-comes-back-to-caller',
    async play(w) {
      const a = w.phone('101').call('9+31201234567');
      const b = await answersAt(w, a, w.trunk);
      await parks(w, a);
      const again = await answered(w.phone('101'));
      await w.talk(b, again);
      await hangsUp(b, again);
    },
  },
  {
    name: 'park-called-comes-back-to-caller',
    async play(w) {
      const [a, b] = await talking(w);
      await parks(w, a);
      const again = await answered(w.phone('101'));
      await w.talk(b, again);
      await hangsUp(b, again);
    },
  },
  {
    name: 'park-from-outside-comes-back',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      await parks(w, b);
      const again = await answered(w.phone('101'));
      await w.talk(a, again);
      await hangsUp(a, again);
    },
  },
  {
    name: 'park-given-up',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      await parks(w, b);
      a.hangup();
      await w.ami.event('the end of the parked call', /^Event: ParkedCallGiveUp\r/);
    },
  },
];

/** A phone transfers its call to the parking lot. */
async function parks(w: World, call: Dialog): Promise<void> {
  call.refer('700');
  await parked(w);
  release(call);
}

async function parked(w: World): Promise<void> {
  await w.ami.event('the parked call', /^Event: ParkedCall\r/);
}
