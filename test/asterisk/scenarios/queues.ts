import { ringing, takes } from './groups.ts';
import { answersAt, forwardsTo, fromOutside, hangsUp, rejectsAsBusy, type Scenario } from './scenario.ts';

/** Queues: ringall, linear, and members that are Local channels. */
export const QUEUES: readonly Scenario[] = [
  {
    name: 'queue-behind-local',
    async play(w) {
      const a = w.phone('101').call('205');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    // The queue's own Answer() is nobody's.
    name: 'queue-behind-local-nobody',
    async play(w) {
      const a = w.phone('104').call('206');
      const calls = await ringing(w, '101', '102');
      await Promise.all(calls.map((call) => call.is('ended')));
      await w.reached('QueueLeft');
      a.hangup();
    },
  },
  {
    name: 'queue-answered',
    async play(w) {
      const a = w.phone('105').call('210');
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, first, second);
      await hangsUp(a, first);
    },
  },
  {
    name: 'queue-retries',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const once = await ringing(w, '101', '102');
      await Promise.all(once.map((call) => call.is('ended')));
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, second, first);
      await hangsUp(second, a);
    },
  },
  {
    name: 'queue-caller-gives-up',
    async play(w) {
      const a = w.phone('105').call('211');
      const first = await w.phone('101').incoming();
      a.cancel();
      await Promise.all([first.is('ended'), a.is('ended')]);
    },
  },
  {
    name: 'queue-answered-caller-gives-up',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const calls = await ringing(w, '101', '102');
      await a.is('answered');
      await hangsUp(a, ...calls);
    },
  },
  {
    name: 'queue-timeout',
    async play(w) {
      const a = w.phone('105').call('213');
      const calls = await ringing(w, '101', '102');
      await Promise.all(calls.map((call) => call.is('ended')));
      await w.reached('QueueLeft');
      a.hangup();
    },
  },
  {
    name: 'queue-empty',
    async play(w) {
      const a = w.phone('105').call('214');
      await w.reached('QueueLeft');
      a.hangup();
    },
  },
  {
    name: 'queue-linear',
    async play(w) {
      const a = w.phone('105').call('211');
      const first = await w.phone('101').incoming();
      first.respond(486, 'Busy Here');
      await hangsUp(await answersAt(w, a, w.phone('102')), a);
    },
  },
  {
    name: 'queue-local-members',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550212');
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, first, second);
      await hangsUp(a, first);
    },
  },
  {
    name: 'queue-wrap-up',
    async play(w) {
      const a = w.phone('105').call('215');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
      // 101 is in its wrap-up time: only 102 is rung for the next one.
      const next = fromOutside(w, '+18005550215');
      await hangsUp(next, await answersAt(w, next, w.phone('102')));
    },
  },
  {
    name: 'queue-member-forwards',
    async play(w) {
      rejectsAsBusy(w.phone('102'));
      forwardsTo(w.phone('101'), '103');
      const a = fromOutside(w, '+18005550210');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
];
