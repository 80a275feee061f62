import { hangsUp, type Scenario, talking } from './scenario.ts';

/** A supervisor listens to a call, or joins in (ChanSpy). */
export const SUPERVISION: readonly Scenario[] = [
  {
    name: 'chanspy-listens',
    async play(w) {
      const [a, b] = await talking(w);
      const c = w.phone('103').call('555');
      await w.ami.event('103 listening', /^Event: ChanSpyStart\r/);
      c.hangup();
      await w.ami.event('103 no longer listening', /^Event: ChanSpyStop\r/);
      await hangsUp(a, b);
    },
  },
  {
    name: 'chanspy-joins-in',
    async play(w) {
      const [a, b] = await talking(w);
      const c = w.phone('103').call('556');
      await w.ami.event('103 joining in', /^Event: ChanSpyStart\r/);
      await hangsUp(a, b);
      c.hangup();
    },
  },
];
