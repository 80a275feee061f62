import { insists } from './forwarding.ts';
import { ringing, takes } from './groups.ts';
import { answered, answersAt, forwardsTo, fromOutside, hangsUp, isPjsip, type Scenario } from './scenario.ts';

/** Queues behind whose members more goes on; one queue after another; agents who wait on the line. */
export const QUEUE_MEMBERS: readonly Scenario[] = [
  {
    name: 'queue-member-ring-group',
    async play(w) {
      const a = fromOutside(w, '+18005550220');
      const [first, second, third] = await ringing(w, '101', '102', '103');
      await takes(w, a, second, first, third);
      await hangsUp(a, second);
    },
  },
  {
    name: 'queue-member-several-contacts',
    only: isPjsip,
    async play(w) {
      const a = fromOutside(w, '+18005550221');
      const [desk, mobile] = await ringing(w, '104', '104b');
      await takes(w, a, mobile, desk);
      await hangsUp(a, mobile);
    },
  },
  {
    name: 'queue-member-followme',
    async play(w) {
      const a = fromOutside(w, '+18005550222');
      const b = await answered(w.phone('102'));
      await insists(w, b, '1', () => w.ami.living.connected('trunk', '102'));
      await hangsUp(a, b);
    },
  },
  {
    name: 'queue-in-queue',
    async play(w) {
      const a = fromOutside(w, '+18005550223');
      await (await w.phone('101').incoming()).is('ended');
      await hangsUp(await answersAt(w, a, w.phone('102')), a);
    },
  },
  {
    name: 'queue-overflows-into-queue',
    async play(w) {
      const a = fromOutside(w, '+18005550217');
      await (await w.phone('103').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
  {
    name: 'queue-member-forwards-other-answers',
    async play(w) {
      forwardsTo(w.phone('101'), '103');
      const a = fromOutside(w, '+18005550210');
      const [second, third] = await ringing(w, '102', '103');
      await takes(w, a, second, third);
      await hangsUp(a, second);
    },
  },
  {
    name: 'agent-on-the-line',
    async play(w) {
      const agent = w.phone('101').call('395');
      await w.ami.event('the agent waiting', /^Event: AgentLogin\r/);
      const a = fromOutside(w, '+18005550396');
      await w.talk(a, agent);
      a.hangup();
      await w.ami.event('the agent waiting again', /^Event: MusicOnHoldStart\r/, 2);
      agent.hangup();
    },
  },
];
