import { answersAt, hangsUp, rejectsAsBusy, type Scenario, talking } from './scenario.ts';

/** One extension calls another. */
export const DIRECT: readonly Scenario[] = [
  {
    name: 'direct-answered',
    async play(w) {
      const [a, b] = await talking(w);
      await hangsUp(a, b);
    },
  },
  {
    name: 'direct-called-hangs-up',
    async play(w) {
      const [a, b] = await talking(w);
      await hangsUp(b, a);
    },
  },
  {
    name: 'direct-busy',
    async play(w) {
      rejectsAsBusy(w.phone('102'));
      await w.phone('101').call('102').is('refused');
    },
  },
  {
    name: 'direct-declined',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await w.phone('102').incoming();
      b.respond(603, 'Decline');
      await a.is('refused');
    },
  },
  {
    name: 'direct-unavailable',
    async play(w) {
      w.phone('102').onCall = (call) => call.respond(480, 'Temporarily Unavailable');
      await w.phone('101').call('102').is('refused');
    },
  },
  {
    name: 'direct-absent',
    async play(w) {
      await w.phone('101').call('106').is('refused');
    },
  },
  {
    name: 'direct-no-answer',
    async play(w) {
      const a = w.phone('101').call('360');
      await (await w.phone('102').incoming()).is('ended');
      await a.is('refused');
    },
  },
  {
    name: 'direct-cancelled',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await w.phone('102').incoming();
      await a.is('ringing');
      a.cancel();
      await b.is('ended');
    },
  },
  {
    name: 'early-media',
    async play(w) {
      w.phone('102').onCall = (call) => call.respond(183, 'Session Progress', [], w.phone('102').sdp());
      const a = w.phone('101').call('102');
      const b = await w.phone('102').incoming();
      await a.is('ringing');
      await b.answer();
      await a.is('answered');
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    name: 'unknown-number',
    async play(w) {
      await w.phone('101').call('499').is('refused');
    },
  },
  {
    name: 'extended-number',
    async play(w) {
      const a = w.phone('101').call('0003*001');
      const b = await answersAt(w, a, w.phone('vn0003001'));
      await hangsUp(b, a);
    },
  },
  {
    name: 'extended-number-calls',
    async play(w) {
      const a = w.phone('vn0003001').call('101');
      const b = await answersAt(w, a, w.phone('101'));
      await hangsUp(a, b);
    },
  },
  {
    name: 'hold-by-reinvite',
    async play(w) {
      const [a, b] = await talking(w);
      await b.hold();
      await w.ami.event('the hold', /^Event: Hold\r/);
      await b.resume();
      await w.ami.event('its end', /^Event: Unhold\r/);
      await hangsUp(a, b);
    },
  },
  {
    name: 'caller-name-by-dialplan',
    async play(w) {
      const a = w.phone('101').call('350');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'caller-withholds-number',
    async play(w) {
      const a = w.phone('101').call('351');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'caller-is-made-anonymous',
    async play(w) {
      const a = w.phone('101').call('352');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'feature-code',
    async play(w) {
      const a = w.phone('101').call('*45');
      await a.is('answered');
      await a.is('ended');
    },
  },
  {
    name: 'star-67-is-a-call',
    async play(w) {
      const a = w.phone('101').call('*67102');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
];
