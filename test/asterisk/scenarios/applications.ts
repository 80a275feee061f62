import { answersAt, hangsUp, type Scenario } from './scenario.ts';

/** An application answers: voicemail, announcements, IVR. */
export const APPLICATIONS: readonly Scenario[] = [
  {
    name: 'voicemail-after-no-answer',
    async play(w) {
      const a = w.phone('101').call('300');
      await (await w.phone('102').incoming()).is('ended');
      await w.reached('VoiceMail');
      a.hangup();
    },
  },
  {
    name: 'application-only',
    async play(w) {
      const a = w.phone('101').call('301');
      await w.reached('Listened');
      a.hangup();
    },
  },
  {
    name: 'application-hangs-up-at-once',
    async play(w) {
      const a = w.phone('101').call('301');
      await a.is('answered');
      a.hangup();
    },
  },
  {
    name: 'ivr-then-answered',
    async play(w) {
      const a = w.phone('101').call('302');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'ivr-then-nobody',
    async play(w) {
      const a = w.phone('101').call('303');
      await (await w.phone('102').incoming()).is('ended');
      await a.is('ended');
    },
  },
];
