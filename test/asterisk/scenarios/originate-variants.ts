import { answersOriginate, originate } from './originated.ts';
import {
  answered,
  answersAt,
  forwardsTo,
  fromOutside,
  hangsUp,
  rejectsAsBusy,
  type Scenario,
  talking,
} from './scenario.ts';

/** More ways of having Asterisk make a call, or another one of a call that goes on. */
export const TOLD_TO_CALL: readonly Scenario[] = [
  {
    name: 'click-to-call-synchronous',
    async play(w) {
      // The answer comes once 101 has answered, and there is no OriginateResponse.
      const done = originate(w, { Async: 'false' });
      const a = await answered(w.phone('101'));
      const b = await answersAt(w, a, w.phone('102'));
      await done;
      await hangsUp(a, b);
    },
  },
  {
    name: 'click-to-call-through-local-synchronous',
    async play(w) {
      const done = originate(w, { Channel: 'Local/101@members', Async: 'false' });
      const a = await answered(w.phone('101'));
      const b = await answersAt(w, a, w.phone('102'));
      await done;
      await hangsUp(a, b);
    },
  },
  {
    name: 'call-file-to-outside-through-local',
    async play(w) {
      w.asterisk.callFile('Channel: Local/101@members/n\nContext: phones\nExtension: 9+31201234567\nPriority: 1\n');
      const a = await answered(w.phone('101'));
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
  {
    name: 'click-to-call-with-a-channel-id',
    async play(w) {
      await originate(w, { ChannelId: 'crm/42: lead, 7' });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'click-to-call-through-local-with-channel-ids',
    async play(w) {
      await originate(w, { Channel: 'Local/101@phones', ChannelId: 'my-id-1', OtherChannelId: 'my-id-2' });
      const a = await answersOriginate(w, '101');
      await hangsUp(await answersAt(w, a, w.phone('102')), a);
    },
  },
  {
    name: 'click-to-call-forwarded',
    async play(w) {
      forwardsTo(w.phone('101'), '103');
      await originate(w, {});
      const c = await answersOriginate(w, '103');
      await hangsUp(c, await answersAt(w, c, w.phone('102')));
    },
  },
  {
    name: 'originate-to-dial',
    async play(w) {
      const { tech } = w.flavour;
      await w.ami.does({
        Action: 'Originate',
        Channel: `${tech}/101`,
        Application: 'Dial',
        Data: `${tech}/102,15`,
        Async: 'true',
      });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'call-back-outside-first',
    async play(w) {
      await originate(w, {
        Channel: w.flavour.tech === 'PJSIP' ? 'PJSIP/+31612345678@trunk' : 'SIP/trunk/+31612345678',
        CallerID: '"Company" <+18005550100>',
      });
      const a = await answered(w.trunk);
      await w.ami.event('the answer of Originate', /^Event: OriginateResponse\r/);
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'originate-by-dialplan',
    async play(w) {
      const a = w.phone('101').call('381');
      const c = await answered(w.phone('103'));
      const b = await answersAt(w, c, w.phone('102'));
      await w.reached('Originated');
      await hangsUp(c, b);
      a.hangup();
    },
  },
  {
    name: 'call-file-to-application-through-local',
    async play(w) {
      w.asterisk.callFile('Channel: Local/101@members\nApplication: Wait\nData: 3\n');
      const a = await answered(w.phone('101'));
      await a.is('ended');
    },
  },
  {
    name: 'park-and-announce',
    async play(w) {
      const a = fromOutside(w, '+18005550383');
      const c = await answered(w.phone('103'));
      await c.is('ended');
      const e = w.phone('105').call('701');
      await w.talk(a, e);
      await hangsUp(e, a);
    },
  },
  {
    name: 'redirect-while-it-rings',
    async play(w) {
      const a = w.phone('101').call('102');
      const b = await w.phone('102').incoming();
      await a.is('ringing');
      await w.ami.does({
        Action: 'Redirect',
        Channel: w.ami.channelOf('101'),
        Context: 'phones',
        Exten: '103',
        Priority: '1',
      });
      await b.is('ended');
      await hangsUp(a, await answersAt(w, a, w.phone('103')));
    },
  },
  {
    name: 'bridge-by-dialplan',
    async play(w) {
      const [a, b] = await talking(w);
      await w.ami.does({ Action: 'Setvar', Variable: 'BRIDGED', Value: w.ami.channelOf('101') });
      const c = w.phone('103').call('393');
      await w.talk(a, c);
      await b.is('ended');
      await hangsUp(a, c);
    },
  },
  {
    name: 'call-completion',
    // chan_pjsip knows nothing of it.
    only: ({ tech }) => tech === 'SIP',
    async play(w) {
      rejectsAsBusy(w.phone('102'));
      await w.phone('101').call('102').is('refused');
      await w.phone('102').incoming();
      await w.phone('101').call('*30').is('ended');
      w.phone('102').onCall = undefined;
      // Asterisk looks when the state of 102 changes: after its next call.
      await w.phone('102').call('*45').is('ended');
      const a = await answered(w.phone('101'));
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
];
