import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answersOriginate, originate } from './originated.ts';
import { answered, answersAt, hangsUp, release, type Scenario } from './scenario.ts';

/** A click to call that goes on as other calls do: transferred, picked up, to a queue. */
export const AFTER_CLICK_TO_CALL: readonly Scenario[] = [
  {
    name: 'click-to-call-then-called-transfers',
    play: (w) => calledTransfers(w, {}),
  },
  {
    name: 'click-to-call-through-local-then-called-transfers',
    play: (w) => calledTransfers(w, { Channel: 'Local/101@members/n' }),
  },
  {
    name: 'click-to-call-then-caller-transfers',
    async play(w) {
      const [a, b] = await clicked(w);
      a.refer('103');
      const c = await answered(w.phone('103'));
      await w.talk(b, c);
      release(a);
      await hangsUp(b, c);
    },
  },
  {
    name: 'click-to-call-to-queue',
    async play(w) {
      await originate(w, { Exten: '216' });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'pickup-of-click-to-call',
    play: (w) => pickedUp(w, {}),
  },
  {
    name: 'pickup-of-click-to-call-through-local',
    play: (w) => pickedUp(w, { Channel: 'Local/101@members/n' }),
  },
];

/** 103 takes the call with which Asterisk rings 101. */
async function pickedUp(w: World, otherwise: Record<string, string>): Promise<void> {
  await originate(w, otherwise);
  await w.phone('101').incoming();
  await w.ami.event('101 ringing', /^Event: Newstate\r\n(?:.+\r\n)*?ChannelState: 5\r$/m);
  const c = w.phone('103').call('*8');
  await c.is('answered');
  await hangsUp(c, await answersAt(w, c, w.phone('102')));
}

async function calledTransfers(w: World, otherwise: Record<string, string>): Promise<void> {
  const [a, b] = await clicked(w, otherwise);
  b.refer('103');
  const c = await answered(w.phone('103'));
  await w.talk(a, c);
  release(b);
  await hangsUp(a, c);
}

async function clicked(w: World, otherwise: Record<string, string> = {}): Promise<[Dialog, Dialog]> {
  await originate(w, otherwise);
  const a = await answersOriginate(w, '101');
  return [a, await answersAt(w, a, w.phone('102'))];
}
