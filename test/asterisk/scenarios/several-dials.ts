import { agiScript } from '../agi.ts';
import { answered, answersAt, fromOutside, hangsUp, type Scenario } from './scenario.ts';

/** One call dials several times, or goes on where others end: options of Dial, RetryDial, DISA. */
export const SEVERAL_DIALS: readonly Scenario[] = [
  {
    name: 'called-hangs-up-then-next',
    async play(w) {
      const a = w.phone('101').call('370');
      const b = await answersAt(w, a, w.phone('102'));
      b.hangup();
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'both-sent-to-conference',
    async play(w) {
      const a = w.phone('101').call('371');
      const b = await answered(w.phone('102'));
      await w.ami.event('both in the conference', /^Event: ConfbridgeJoin\r/, 2);
      await w.talk(a, b);
      a.hangup();
      await w.ami.until('101 to be gone', () => w.ami.living.of('101') === 0);
      b.hangup();
    },
  },
  {
    name: 'caller-hangs-up-called-goes-on',
    async play(w) {
      const a = w.phone('101').call('372');
      const b = await answersAt(w, a, w.phone('102'));
      a.hangup();
      const c = await answered(w.phone('103'));
      await w.talk(b, c);
      await hangsUp(b, c);
    },
  },
  {
    name: 'retry-dial',
    async play(w) {
      const a = w.phone('101').call('373');
      await (await w.phone('102').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'hunt-group-and-the-first-again',
    async play(w) {
      const a = fromOutside(w, '+18005550374');
      await (await w.phone('101').incoming()).is('ended');
      await (await w.phone('102').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
  {
    name: 'looked-at-then-dialled',
    async play(w) {
      const a = w.phone('101').call('375');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'calls-itself',
    async play(w) {
      const a = w.phone('101').call('101');
      const line2 = await answered(w.phone('101'));
      await w.ami.event('both lines in the bridge', /^Event: BridgeEnter\r/, 2);
      await hangsUp(a, line2);
    },
  },
  {
    name: 'disa',
    async play(w) {
      const a = fromOutside(w, '+18005550380');
      await a.is('answered');
      await w.press(a, '102');
      const b = await answered(w.phone('102'));
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    name: 'agi-dials',
    async play(w) {
      await agiScript(`Dial ${w.flavour.tech}/102,15`);
      const a = w.phone('101').call('391');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
];
