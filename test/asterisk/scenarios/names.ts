import { answersAt, hangsUp, isPjsip, type Scenario } from './scenario.ts';

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
    only: isPjsip,
    async play(w) {
      const a = w.phone('109').call('101');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
];
