import { answered, hangsUp, type Scenario } from './scenario.ts';

/** Several parties at once: conferences, one that dials out, paging, intercom. */
export const CONFERENCES: readonly Scenario[] = [
  {
    name: 'conference',
    async play(w) {
      const a = w.phone('101').call('310');
      await w.ami.event('101 in the conference', /^Event: ConfbridgeJoin\r/);
      const b = w.phone('102').call('310');
      await w.talk(a, b);
      a.hangup();
      await w.ami.event('101 out of the conference', /^Event: ConfbridgeLeave\r/);
      b.hangup();
    },
  },
  {
    name: 'conference-dials-out',
    async play(w) {
      const a = w.phone('101').call('310');
      await w.ami.event('101 in the conference', /^Event: ConfbridgeJoin\r/);
      await w.ami.does({
        Action: 'Originate',
        Channel: `${w.flavour.tech}/103`,
        Exten: '310',
        Context: 'phones',
        Priority: '1',
        CallerID: '"Conference" <310>',
        Async: 'true',
      });
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      c.hangup();
      await w.ami.event('103 out of the conference', /^Event: ConfbridgeLeave\r/);
      a.hangup();
    },
  },
  {
    name: 'conference-dials-out-through-local',
    async play(w) {
      const a = w.phone('101').call('310');
      await w.ami.event('101 in the conference', /^Event: ConfbridgeJoin\r/);
      await w.ami.does({
        Action: 'Originate',
        Channel: 'Local/103@members',
        Application: 'ConfBridge',
        Data: '310',
        CallerID: '"Conference" <310>',
        Async: 'true',
      });
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      a.hangup();
      await w.ami.event('101 out of the conference', /^Event: ConfbridgeLeave\r/);
      c.hangup();
    },
  },
  {
    name: 'page',
    async play(w) {
      const a = w.phone('101').call('340');
      const b = await answered(w.phone('102'));
      // 101 is asked to speak with the first one that is there: with the other it would be luck who that is.
      await w.talk(a, b);
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      await hangsUp(a, b, c);
    },
  },
  {
    name: 'page-through-local',
    async play(w) {
      const a = w.phone('101').call('343');
      const b = await answered(w.phone('102'));
      await w.talk(a, b);
      const c = await answered(w.phone('103'));
      await w.talk(a, c);
      await hangsUp(a, b, c);
    },
  },
  {
    name: 'intercom',
    async play(w) {
      w.phone('102').onCall = (call) => {
        if (/answer-after=0/.test(call.invite?.header('alert-info') ?? '')) void call.answer();
      };
      const a = w.phone('101').call('*80102');
      const b = await w.phone('102').incoming();
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
];
