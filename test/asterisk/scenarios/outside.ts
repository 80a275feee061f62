import {
  answered,
  answersAt,
  fromOutside,
  hangsUp,
  rejectsAsBusy,
  release,
  type Scenario,
  talkingToOutside,
} from './scenario.ts';

/** Calls from outside through the trunk, and to outside. */
export const OUTSIDE: readonly Scenario[] = [
  {
    name: 'inbound-answered',
    async play(w) {
      const [a, b] = await talkingToOutside(w);
      await hangsUp(a, b);
    },
  },
  {
    name: 'inbound-missed',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await w.phone('101').incoming();
      await a.is('ringing');
      a.cancel();
      await b.is('ended');
    },
  },
  {
    name: 'inbound-busy',
    async play(w) {
      rejectsAsBusy(w.phone('101'));
      await fromOutside(w, '+18005550101').is('refused');
    },
  },
  {
    name: 'inbound-anonymous',
    async play(w) {
      const a = fromOutside(w, '+18005550101', { from: 'anonymous' });
      await hangsUp(await answersAt(w, a, w.phone('101')), a);
    },
  },
  {
    name: 'inbound-restricted',
    async play(w) {
      const a = fromOutside(w, '+18005550101', { from: 'Restricted', displayName: 'Restricted' });
      await hangsUp(await answersAt(w, a, w.phone('101')), a);
    },
  },
  {
    name: 'inbound-withheld',
    async play(w) {
      const a = fromOutside(w, '+18005550101', {
        from: 'anonymous',
        displayName: 'Anonymous',
        headers: [
          ['P-Asserted-Identity', '"Zoë & Co" <sip:+31612345678@127.0.0.1>'],
          ['Privacy', 'id'],
        ],
      });
      await hangsUp(await answersAt(w, a, w.phone('101')), a);
    },
  },
  {
    name: 'inbound-without-number',
    async play(w) {
      const a = fromOutside(w, '+18005550101', { from: '' });
      await hangsUp(await answersAt(w, a, w.phone('101')), a);
    },
  },
  {
    name: 'inbound-name-in-cyrillic',
    async play(w) {
      const a = fromOutside(w, '+18005550101', { from: '+74951234567', displayName: 'Анна \u{1F680} Ли' });
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
  {
    name: 'inbound-at-s-with-from-did',
    // chan_pjsip of Asterisk 16 refuses an INVITE without a user.
    only: ({ version, tech }) => version === '22' || tech === 'SIP',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '');
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  },
  {
    name: 'inbound-at-s',
    only: ({ version, tech }) => version === '22' || tech === 'SIP',
    async play(w) {
      const a = fromOutside(w, '', { from: '+31201112222' });
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'inbound-through-local',
    async play(w) {
      const a = fromOutside(w, '+18005550102');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'inbound-freepbx-like',
    async play(w) {
      const a = fromOutside(w, '+18005550510');
      await hangsUp(await answersAt(w, a, w.phone('102')), a);
    },
  },
  {
    name: 'inbound-account-with-from-did',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, 'account-7');
      await hangsUp(a, await answersAt(w, a, w.phone('105')));
    },
  },
  {
    // 105 was dialled: its FROM_DID is the caller's, and says nothing about what it calls then.
    name: 'inbound-account-with-from-did-then-transferred',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, 'account-7');
      const b = await answersAt(w, a, w.phone('105'));
      await w.ami.does({ Action: 'BlindTransfer', Channel: w.ami.channelOf('trunk'), Context: 'phones', Exten: '103' });
      const c = await answered(w.phone('103'));
      await w.talk(b, c);
      release(a);
      await hangsUp(b, c);
    },
  },
  {
    name: 'outbound-answered',
    async play(w) {
      const a = w.phone('101').call('9+31201234567');
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
  {
    name: 'outbound-busy',
    async play(w) {
      rejectsAsBusy(w.trunk);
      await w.phone('101').call('9+31201234567').is('refused');
    },
  },
  {
    name: 'outbound-early-media-then-refused',
    async play(w) {
      w.trunk.onCall = (call) => call.respond(183, 'Session Progress', [], w.trunk.sdp());
      const a = w.phone('101').call('9+31201234567');
      const b = await w.trunk.incoming();
      await a.is('ringing');
      b.respond(404, 'Not Found');
      await a.is('refused');
    },
  },
  {
    name: 'outbound-cancelled',
    async play(w) {
      const a = w.phone('101').call('9+31201234567');
      const b = await w.trunk.incoming();
      await a.is('ringing');
      a.cancel();
      await b.is('ended');
    },
  },
  {
    name: 'trunk-to-trunk',
    async play(w) {
      const a = fromOutside(w, '+18005550900');
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
];
