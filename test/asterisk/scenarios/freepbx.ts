import { ringing, takes } from './groups.ts';
import { answersOriginate, originate } from './originated.ts';
import { answered, answersAt, fromOutside, hangsUp, release, type Scenario, talking } from './scenario.ts';

/** The dialplan of FreePBX, as far as a call's shape hangs on it (pbx/freepbx.conf). */
export const FREEPBX: readonly Scenario[] = [
  {
    name: 'freepbx-extension',
    async play(w) {
      const [a, b] = await talking(w, '111', '112');
      await hangsUp(a, b);
    },
  },
  {
    name: 'freepbx-did-answered',
    async play(w) {
      const a = fromOutside(w, '+18005550611');
      await hangsUp(await answersAt(w, a, w.phone('111')), a);
    },
  },
  {
    name: 'freepbx-did-without-name',
    async play(w) {
      const a = fromOutside(w, '+18005550611', { from: '+31201112222' });
      await hangsUp(a, await answersAt(w, a, w.phone('111')));
    },
  },
  {
    name: 'freepbx-voicemail',
    async play(w) {
      const a = w.phone('111').call('114');
      await (await w.phone('114').incoming()).is('ended');
      await w.reached('VoiceMail');
      a.hangup();
    },
  },
  {
    name: 'freepbx-voicemail-from-outside',
    async play(w) {
      const a = fromOutside(w, '+18005550614');
      await (await w.phone('114').incoming()).is('ended');
      await w.reached('VoiceMail');
      a.hangup();
    },
  },
  {
    name: 'freepbx-ring-group',
    async play(w) {
      const a = fromOutside(w, '+18005550600');
      const [second, third] = await ringing(w, '112', '113');
      await takes(w, a, third, second);
      await hangsUp(a, third);
    },
  },
  {
    name: 'freepbx-ring-group-hunt',
    async play(w) {
      const a = w.phone('111').call('601');
      await (await w.phone('112').incoming()).is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('113')));
    },
  },
  {
    name: 'freepbx-ring-group-with-mobile',
    async play(w) {
      const a = w.phone('111').call('602');
      const [desk, mobile] = await Promise.all([w.phone('112').incoming(), w.trunk.incoming()]);
      await takes(w, a, mobile, desk);
      await hangsUp(a, mobile);
    },
  },
  {
    name: 'freepbx-ring-group-with-voicemail',
    async play(w) {
      const a = w.phone('111').call('603');
      const [second, fourth] = await ringing(w, '112', '114');
      await w.reached('VoiceMail');
      await Promise.all([a.is('answered'), second.is('ended'), fourth.is('ended')]);
      a.hangup();
    },
  },
  {
    name: 'freepbx-queue-picked-up-by-replaces',
    async play(w) {
      const a = w.phone('111').call('400');
      const [second, third] = await ringing(w, '112', '113');
      await second.is('ringing');
      const d = w.phone('114').call('112', {
        headers: [['Replaces', `${second.callId};to-tag=${second.remoteTag};from-tag=${second.localTag}`]],
      });
      await Promise.all([d.is('answered'), second.is('ended'), third.is('ended')]);
      await w.talk(a, d);
      await hangsUp(a, d);
    },
  },
  {
    name: 'freepbx-queue',
    async play(w) {
      const a = fromOutside(w, '+18005550400');
      const [second, third] = await ringing(w, '112', '113');
      await takes(w, a, second, third);
      await hangsUp(a, second);
    },
  },
  {
    name: 'freepbx-queue-retries',
    async play(w) {
      const a = w.phone('111').call('400');
      const once = await ringing(w, '112', '113');
      await Promise.all(once.map((call) => call.is('ended')));
      const [second, third] = await ringing(w, '112', '113');
      await takes(w, a, third, second);
      await hangsUp(third, a);
    },
  },
  {
    name: 'freepbx-outbound',
    async play(w) {
      const a = w.phone('111').call('9+31201234567');
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
  {
    name: 'freepbx-call-forward',
    async play(w) {
      const a = w.phone('111').call('116');
      await hangsUp(a, await answersAt(w, a, w.phone('113')));
    },
  },
  {
    name: 'freepbx-do-not-disturb',
    async play(w) {
      await w.phone('111').call('115').is('refused');
    },
  },
  {
    name: 'freepbx-click-to-call',
    async play(w) {
      await originate(w, { Channel: 'Local/111@from-internal', Exten: '112', Context: 'from-internal' });
      const a = await answersOriginate(w, '111');
      await hangsUp(a, await answersAt(w, a, w.phone('112')));
    },
  },
  {
    name: 'freepbx-click-to-call-outside',
    async play(w) {
      await originate(w, { Channel: 'Local/111@from-internal', Exten: '9+31201234567', Context: 'from-internal' });
      const a = await answersOriginate(w, '111');
      await hangsUp(await answersAt(w, a, w.trunk), a);
    },
  },
  {
    name: 'freepbx-click-to-call-not-answered',
    async play(w) {
      await originate(w, {
        Channel: 'Local/111@from-internal',
        Context: 'from-internal',
        Exten: '112',
        Timeout: '1500',
      });
      await (await w.phone('111').incoming()).is('ended');
      await w.ami.event('the answer of Originate', /^Event: OriginateResponse\r/);
    },
  },
  {
    name: 'freepbx-pickup',
    async play(w) {
      const a = w.phone('111').call('112');
      const b = await w.phone('112').incoming();
      await a.is('ringing');
      const c = w.phone('113').call('**112');
      await Promise.all([c.is('answered'), a.is('answered'), b.is('ended')]);
      await w.talk(a, c);
      await hangsUp(a, c);
    },
  },
  {
    name: 'freepbx-blind-transfer',
    async play(w) {
      const a = fromOutside(w, '+18005550611');
      const b = await answersAt(w, a, w.phone('111'));
      b.refer('112');
      const c = await answered(w.phone('112'));
      await w.talk(a, c);
      release(b);
      await hangsUp(a, c);
    },
  },
  {
    name: 'freepbx-attended-transfer',
    async play(w) {
      const a = fromOutside(w, '+18005550611');
      const b = await answersAt(w, a, w.phone('111'));
      const [consult, c] = await talking(w, '111', '113');
      b.referTo(consult);
      await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
      await w.talk(a, c);
      release(b, consult);
      await hangsUp(c, a);
    },
  },
  {
    name: 'freepbx-ivr',
    async play(w) {
      const a = fromOutside(w, '+18005550620');
      await w.reached('Menu');
      await w.press(a, '112');
      await hangsUp(a, await answersAt(w, a, w.phone('112')));
    },
  },
];
