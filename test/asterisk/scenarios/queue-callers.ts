import { consulted, transfers } from './attended-transfers.ts';
import { takesOver } from './blind-transfers.ts';
import { ringing, takes } from './groups.ts';
import { originate } from './originated.ts';
import { answered, answersAt, fromOutside, hangsUp, release, type Scenario } from './scenario.ts';

/** What becomes of a caller in a queue: the calls of a queue that is an extension, which class `agent` shows. */
export const QUEUE_CALLERS: readonly Scenario[] = [
  {
    name: 'queue-call-answered',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, first, second);
      await hangsUp(a, first);
    },
  },
  {
    name: 'queue-call-abandoned',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const calls = await ringing(w, '101', '102');
      await a.is('answered');
      await hangsUp(a, ...calls);
    },
  },
  {
    name: 'queue-call-to-voicemail',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550213');
      const calls = await ringing(w, '101', '102');
      await Promise.all(calls.map((call) => call.is('ended')));
      await w.reached('QueueLeft');
      a.hangup();
    },
  },
  {
    name: 'queue-call-overflows',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550217');
      await (await w.phone('103').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
  {
    name: 'queue-call-transferred',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550218');
      const b = await answersAt(w, a, w.phone('103'));
      b.refer('102');
      const c = await takesOver(w, a, '102');
      release(b);
      await hangsUp(c, a);
    },
  },
  {
    name: 'queue-call-attended-transferred',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550218');
      const b = await answersAt(w, a, w.phone('103'));
      const [consult, c] = await consulted(w, '103', '102');
      await transfers(w, b, consult, a, c);
      await hangsUp(c, a);
    },
  },
  {
    name: 'queue-call-by-extension',
    allRights: true,
    async play(w) {
      const a = w.phone('105').call('210');
      const [first, second] = await ringing(w, '101', '102');
      await takes(w, a, second, first);
      await hangsUp(second, a);
    },
  },
  {
    name: 'queue-call-twice-in-one-queue',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550224');
      await (await w.phone('103').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'queue-call-with-subroutine',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550225');
      const b = await answered(w.phone('103'));
      await w.reached('Connecting');
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    name: 'queue-call-given-up-in-subroutine',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550225');
      const b = await answered(w.phone('103'));
      await w.reached('Connecting');
      a.cancel();
      await b.is('ended');
    },
  },
  {
    name: 'queue-call-left-by-key',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550226');
      const b = await w.phone('103').incoming();
      await b.is('ringing');
      await w.press(a, '1');
      const c = await answered(w.phone('102'));
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'queue-call-transferred-into',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await answersAt(w, a, w.phone('101'));
      b.refer('216');
      const c = await takesOver(w, a, '103');
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'queue-call-behind-local',
    allRights: true,
    async play(w) {
      const a = w.phone('101').call('205');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'queue-call-by-click-to-call',
    allRights: true,
    async play(w) {
      await originate(w, { Exten: '210' });
      const a = await answered(w.phone('101'));
      const b = await w.phone('102').incoming();
      await b.is('ringing');
      await hangsUp(a, b);
    },
  },
];
