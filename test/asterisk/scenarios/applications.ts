import { answersAt, fromOutside, hangsUp, type Scenario } from './scenario.ts';

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
    name: 'voicemail-behind-local',
    async play(w) {
      const a = w.phone('101').call('207');
      await (await w.phone('102').incoming()).is('ended');
      await w.reached('VoiceMail');
      await a.is('answered');
      a.hangup();
    },
  },
  {
    name: 'recording-named-on-the-caller',
    allRights: true,
    async play(w) {
      const a = w.phone('101').call('376');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'recording-named-on-a-caller-from-outside',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550376');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'feature-code-with-number',
    async play(w) {
      await w.phone('101').call('*72102').is('ended');
    },
  },
  {
    name: 'feature-code-with-agent',
    async play(w) {
      await w.phone('101').call('*11106').is('ended');
    },
  },
  {
    // chan_sip makes such a channel in state Down, with Exten `s`.
    name: 'door-phone-calls',
    only: ({ name }) => name !== 'asterisk16-pjsip', // which refuses an INVITE without a user
    async play(w) {
      const a = w.phone('101').call('');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
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
