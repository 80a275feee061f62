import { answered, answersAt, hangsUp, type Scenario } from './scenario.ts';

/** IAX2: a provider that brings a call back in, and a phone. */
export const IAX2: readonly Scenario[] = [
  {
    name: 'iax2-trunk',
    async play(w) {
      const a = w.phone('101').call('6+18005550102');
      const b = await answered(w.phone('102'));
      await a.is('answered');
      await w.talk(b, b);
      await w.ami.event('all four in their bridges', /^Event: BridgeEnter\r/, 4);
      await hangsUp(a, b);
    },
  },
  {
    name: 'iax2-phone',
    async play(w) {
      const a = w.phone('101').call('107');
      await a.is('answered');
      await w.ami.event('both in the bridge', /^Event: BridgeEnter\r/, 2);
      await hangsUp(a);
    },
  },
];

/** Endpoints whose names are no numbers. */
export const NAMES: readonly Scenario[] = [
  {
    name: 'name-with-a-dot',
    async play(w) {
      const a = w.phone('john.doe').call('101');
      const b = await answersAt(w, a, w.phone('101'));
      await hangsUp(b, a);
      const back = w.phone('101').call('john.doe');
      await hangsUp(back, await answersAt(w, back, w.phone('john.doe')));
    },
  },
  {
    name: 'name-with-a-dash',
    async play(w) {
      const a = w.phone('108-home').call('101');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
      const back = w.phone('101').call('108');
      await hangsUp(back, await answersAt(w, back, w.phone('108-home')));
    },
  },
  {
    name: 'name-with-an-at-sign',
    // chan_sip finds a phone by the user of its From.
    only: ({ tech }) => tech === 'PJSIP',
    async play(w) {
      const a = w.phone('109').call('101');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
];
