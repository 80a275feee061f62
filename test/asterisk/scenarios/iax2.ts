import { answered, hangsUp, type Scenario } from './scenario.ts';

/** IAX2: a provider that brings a call back in, and a phone. */
export const IAX2: readonly Scenario[] = [
  {
    name: 'iax2-trunk',
    async play(w) {
      const a = w.phone('101').call('6+18005550102');
      const b = await answered(w.phone('102'));
      await a.is('answered');
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
