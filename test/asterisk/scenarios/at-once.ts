import { answered, answersAt, fromOutside, hangsUp, type Scenario, talking } from './scenario.ts';

/** Calls that go on at once, on one phone too; and phones that hang up at the same moment. */
export const AT_ONCE: readonly Scenario[] = [
  {
    name: 'two-calls-at-once',
    async play(w) {
      const first = w.phone('101').call('102');
      const b = await answered(w.phone('102'));
      const second = fromOutside(w, '+18005550101');
      const line2 = await answered(w.phone('101'));
      await Promise.all([w.talk(first, b), w.talk(second, line2)]);
      await hangsUp(line2, second);
      await hangsUp(first, b);
    },
  },
  {
    name: 'two-lines-on-one-phone',
    async play(w) {
      const [a, b] = await talking(w, '101', '102');
      const [line2, c] = await talking(w, '101', '103');
      await hangsUp(c, line2);
      await hangsUp(a, b);
    },
  },
  {
    name: 'call-waiting-declined',
    async play(w) {
      const [a, b] = await talking(w, '101', '102');
      const second = fromOutside(w, '+18005550101');
      const waiting = await w.phone('101').incoming();
      await second.is('ringing');
      waiting.respond(486, 'Busy Here');
      await second.is('refused');
      await hangsUp(b, a);
    },
  },
  {
    name: 'same-two-call-each-other',
    async play(w) {
      const there = w.phone('101').call('102');
      const at102 = await w.phone('102').incoming();
      const back = w.phone('102').call('101');
      const at101 = await w.phone('101').incoming();
      await Promise.all([at101.answer(), at102.answer(), there.is('answered'), back.is('answered')]);
      await w.ami.event('both calls in their bridges', /^Event: BridgeEnter\r/, 4);
      await hangsUp(there, at102);
      await hangsUp(back, at101);
    },
  },
  {
    name: 'same-two-twice-at-once',
    async play(w) {
      const first = w.phone('101').call('102');
      const at102 = await w.phone('102').incoming();
      await first.is('ringing');
      const second = w.phone('101').call('102');
      const other = await w.phone('102').incoming();
      await second.is('ringing');
      await other.answer();
      await second.is('answered');
      await w.talk(second, other);
      at102.respond(486, 'Busy Here');
      await first.is('refused');
      await hangsUp(second, other);
    },
  },
  {
    name: 'both-hang-up-at-once',
    async play(w) {
      const [a, b] = await talking(w);
      a.hangup();
      b.hangup();
    },
  },
  {
    name: 'answered-and-hung-up-at-once',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await answered(w.phone('102'));
      await a.is('answered');
      await hangsUp(a, b);
    },
  },
  {
    // 102 has answered when Asterisk's CANCEL arrives: its 200 and the CANCEL have crossed.
    name: 'answer-crosses-cancel',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await w.phone('102').incoming();
      b.onCancel = (call) => void call.answer();
      await a.is('ringing');
      a.cancel();
      await Promise.all([a.is('ended'), b.is('ended')]);
    },
  },
  {
    // Asterisk has sent 101 its 200 when 101's CANCEL arrives.
    name: 'cancel-crosses-answer',
    async play(w) {
      const a = w.phone('101').call('102');
      a.onAnswer = (call) => call.cancel();
      const b = await answersAt(w, a, w.phone('102'));
      await hangsUp(a, b);
    },
  },
];
