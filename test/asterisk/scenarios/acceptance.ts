import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answered, fromOutside, hangsUp, type Scenario } from './scenario.ts';

/**
 * Call acceptance: who answers is asked to press 1 (`Dial` with `U`), on the phone itself and behind a Local channel.
 */
export const ACCEPTANCE: readonly Scenario[] = [
  {
    name: 'acceptance-accepted',
    async play(w) {
      const a = w.phone('101').call('320');
      const b = await asked(w);
      await w.press(b, '1');
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    name: 'acceptance-refused',
    async play(w) {
      const a = w.phone('101').call('320');
      await w.press(await asked(w), '2');
      await a.is('refused');
    },
  },
  {
    name: 'acceptance-hung-up',
    async play(w) {
      const a = w.phone('101').call('320');
      await hangsUp(await asked(w), a);
    },
  },
  {
    name: 'acceptance-local-accepted',
    async play(w) {
      const a = fromOutside(w, '+18005550321');
      const b = await asked(w);
      await w.press(b, '1');
      await w.talk(a, b);
      await hangsUp(b, a);
    },
  },
  {
    name: 'acceptance-local-refused',
    async play(w) {
      const a = fromOutside(w, '+18005550321');
      await w.press(await asked(w), '2');
      await a.is('refused');
    },
  },
  {
    name: 'acceptance-local-hung-up',
    luck: 'whether the Hangup of the phone or the end of the outer dial is emitted first',
    async play(w) {
      const a = fromOutside(w, '+18005550321');
      await hangsUp(await asked(w), a);
    },
  },
];

/** 102 answers, and is asked whether it takes the call. */
async function asked(w: World): Promise<Dialog> {
  const call = await answered(w.phone('102'));
  await w.reached('Question');
  return call;
}
