import { setTimeout as sleep } from 'node:timers/promises';
import type { Flavour } from './flavour.ts';
import type { Dialog } from './phone/dialog.ts';
import { answered, talk, type World } from './world.ts';

/** One shape that a call can take, played on real phones from quiet to quiet. */
export interface Scenario {
  name: string;
  play(world: World): Promise<void>;
  /** Left out on other flavours: what the channel driver cannot do. */
  only?: (flavour: Flavour) => boolean;
  /** The AMI session also reads classes `dialplan` and `agent`. */
  allRights?: boolean;
}

const OUTSIDE = [['P-Asserted-Identity', '"Zoë & Co" <sip:+31612345678@127.0.0.1>']] as const;

/** A call from outside to a DID. */
function fromOutside({ trunk, flavour }: World, did: string, from = '+31612345678'): Dialog {
  return trunk.call(did, flavour.tech === 'PJSIP' && from === '+31612345678' ? OUTSIDE : [], from);
}

const isPjsip = ({ tech }: Flavour) => tech === 'PJSIP';

async function busy(call: Dialog, status = 486, reason = 'Busy Here'): Promise<void> {
  call.respond(status, reason);
}

/** 101 talks to 102. @returns both sides */
async function talking({ phone }: World, from = '101', to = '102'): Promise<[Dialog, Dialog]> {
  const a = phone(from).call(to);
  const b = await answered(phone(to));
  await a.is('answered');
  await talk();
  return [a, b];
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'direct-answered',
    async play(w) {
      const [a, b] = await talking(w);
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'direct-called-hangs-up',
    async play(w) {
      const [a, b] = await talking(w);
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'direct-busy',
    async play({ phone }) {
      phone('102').onCall = (call) => busy(call);
      await phone('101').call('102').is('refused');
    },
  },
  {
    name: 'direct-declined',
    async play({ phone }) {
      const a = phone('101').call('102');
      await busy(await phone('102').incoming(), 603, 'Decline');
      await a.is('refused');
    },
  },
  {
    name: 'direct-unavailable',
    async play({ phone }) {
      phone('102').onCall = (call) => busy(call, 480, 'Temporarily Unavailable');
      await phone('101').call('102').is('refused');
    },
  },
  {
    name: 'direct-cancelled',
    async play({ phone }) {
      const a = phone('101').call('102');
      const b = await phone('102').incoming();
      await a.is('ringing');
      a.cancel();
      await b.is('ended');
    },
  },
  {
    name: 'early-media',
    async play({ phone }) {
      phone('102').onCall = (call) => call.respond(183, 'Session Progress', [], phone('102').sdp());
      const a = phone('101').call('102');
      const b = await phone('102').incoming();
      await a.is('ringing');
      await b.answer();
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'unknown-number',
    async play({ phone }) {
      await phone('101').call('499').is('refused');
    },
  },
  {
    name: 'inbound-answered',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
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
    name: 'inbound-anonymous',
    async play(w) {
      const a = fromOutside(w, '+18005550101', 'anonymous');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'inbound-without-number',
    async play(w) {
      const a = fromOutside(w, '+18005550101', '');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'inbound-at-s-with-from-did',
    // chan_pjsip of Asterisk 16 refuses an INVITE without a user.
    only: ({ version, tech }) => version === '22' || tech === 'SIP',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'inbound-through-local',
    async play(w) {
      const a = fromOutside(w, '+18005550102');
      const b = await answered(w.phone('102'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'inbound-freepbx-like',
    async play(w) {
      const a = fromOutside(w, '+18005550510');
      const b = await answered(w.phone('102'));
      await a.is('answered');
      await talk();
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'outbound-answered',
    async play(w) {
      const a = w.phone('101').call('9+31201234567');
      const b = await answered(w.trunk);
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'outbound-busy',
    async play({ phone, trunk }) {
      trunk.onCall = (call) => busy(call);
      await phone('101').call('9+31201234567').is('refused');
    },
  },
  {
    name: 'trunk-to-trunk',
    async play(w) {
      const a = fromOutside(w, '+18005550900');
      const b = await answered(w.trunk);
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'extended-number',
    async play({ phone }) {
      const a = phone('101').call('0003*001');
      const b = await answered(phone('vn0003001'));
      await a.is('answered');
      await talk();
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'ring-group',
    async play({ phone }) {
      const a = phone('105').call('200');
      const [first, second, third] = await Promise.all(['101', '102', '103'].map((name) => phone(name).incoming()));
      await second?.answer();
      await Promise.all([a.is('answered'), first?.is('ended'), third?.is('ended')]);
      await talk();
      await a.hangup();
      await second?.is('ended');
    },
  },
  {
    name: 'ring-group-from-outside-missed',
    async play(w) {
      const a = fromOutside(w, '+18005550200');
      const calls = await Promise.all(['101', '102', '103'].map((name) => w.phone(name).incoming()));
      await a.is('ringing');
      a.cancel();
      await Promise.all(calls.map((call) => call.is('ended')));
    },
  },
  {
    name: 'ring-group-local',
    async play(w) {
      const a = fromOutside(w, '+18005550201');
      const [second, third] = await Promise.all(['102', '103'].map((name) => w.phone(name).incoming()));
      await third?.answer();
      await Promise.all([a.is('answered'), second?.is('ended')]);
      await talk();
      await a.hangup();
      await third?.is('ended');
    },
  },
  {
    name: 'ring-group-local-not-optimised',
    async play({ phone }) {
      const a = phone('101').call('202');
      const [second, third] = await Promise.all(['102', '103'].map((name) => phone(name).incoming()));
      await second?.answer();
      await Promise.all([a.is('answered'), third?.is('ended')]);
      await talk();
      await second?.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'several-contacts',
    only: isPjsip,
    async play({ phone }) {
      const a = phone('101').call('5104');
      const [desk, mobile] = await Promise.all([phone('104').incoming(), phone('104b').incoming()]);
      await mobile.answer();
      await Promise.all([a.is('answered'), desk.is('ended')]);
      await talk();
      await a.hangup();
      await mobile.is('ended');
    },
  },
  {
    name: 'queue-answered',
    async play({ phone }) {
      const a = phone('105').call('210');
      const [first, second] = await Promise.all([phone('101').incoming(), phone('102').incoming()]);
      await sleep(700);
      await first.answer();
      await second.is('ended');
      await talk();
      await a.hangup();
      await first.is('ended');
    },
  },
  {
    name: 'queue-retries',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const once = await Promise.all([w.phone('101').incoming(), w.phone('102').incoming()]);
      await Promise.all(once.map((call) => call.is('ended')));
      const [, second] = await Promise.all([w.phone('101').incoming(), w.phone('102').incoming()]);
      await second.answer();
      await talk();
      await second.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'queue-caller-gives-up',
    async play({ phone }) {
      const a = phone('105').call('211');
      const first = await phone('101').incoming();
      a.cancel();
      await Promise.all([first.is('ended'), a.is('ended')]);
    },
  },
  {
    name: 'queue-linear',
    async play({ phone }) {
      const a = phone('105').call('211');
      await busy(await phone('101').incoming());
      const second = await answered(phone('102'));
      await a.is('answered');
      await talk();
      await second.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'queue-local-members',
    allRights: true,
    async play(w) {
      const a = fromOutside(w, '+18005550212');
      const [first, second] = await Promise.all([w.phone('101').incoming(), w.phone('102').incoming()]);
      await first.answer();
      await Promise.all([a.is('answered'), second.is('ended')]);
      await talk();
      await a.hangup();
      await first.is('ended');
    },
  },
  {
    name: 'forward-302',
    async play(w) {
      w.phone('101').onCall = (call) => call.respond(302, 'Moved', [['Contact', '<sip:103@127.0.0.1>']]);
      const a = fromOutside(w, '+18005550101');
      const c = await answered(w.phone('103'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'forward-302-internal',
    async play({ phone }) {
      phone('102').onCall = (call) => {
        call.ring();
        call.respond(302, 'Moved', [['Contact', '<sip:103@127.0.0.1>']]);
      };
      const a = phone('101').call('102');
      const c = await answered(phone('103'));
      await a.is('answered');
      await talk();
      await c.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'forward-by-dialplan',
    async play({ phone }) {
      const a = phone('101').call('330');
      const c = await answered(phone('103'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'followme',
    only: ({ version }) => version === '22',
    async play({ phone }) {
      const a = phone('105').call('341');
      await busy(await phone('102').incoming());
      const c = await answered(phone('103'));
      await sleep(600);
      await c.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'voicemail-after-no-answer',
    async play({ phone }) {
      const a = phone('101').call('300');
      await (await phone('102').incoming()).is('ended');
      await a.is('answered');
      await sleep(700);
      await a.hangup();
    },
  },
  {
    name: 'application-only',
    async play({ phone }) {
      const a = phone('101').call('301');
      await a.is('answered');
      await sleep(800);
      await a.hangup();
    },
  },
  {
    name: 'application-hangs-up-at-once',
    async play({ phone }) {
      const a = phone('101').call('301');
      await a.is('answered');
      await a.hangup();
    },
  },
  {
    name: 'ivr-then-answered',
    async play({ phone }) {
      const a = phone('101').call('302');
      const b = await answered(phone('102'));
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'ivr-then-nobody',
    async play({ phone }) {
      const a = phone('101').call('303');
      await (await phone('102').incoming()).is('ended');
      await a.is('ended');
    },
  },
  {
    name: 'conference',
    async play({ phone }) {
      const a = phone('101').call('310');
      await a.is('answered');
      await sleep(700);
      const b = phone('102').call('310');
      await b.is('answered');
      await sleep(700);
      await a.hangup();
      await sleep(200);
      await b.hangup();
    },
  },
  {
    name: 'page',
    async play({ phone }) {
      const a = phone('101').call('340');
      const b = await answered(phone('102'));
      // 101 is told to speak with the first one that is there: with the other it would be luck who that is.
      await sleep(400);
      const c = await answered(phone('103'));
      await a.is('answered');
      await sleep(600);
      await a.hangup();
      await Promise.all([b.is('ended'), c.is('ended')]);
    },
  },
  {
    name: 'acceptance-accepted',
    async play({ phone }) {
      const a = phone('101').call('320');
      const b = await answered(phone('102'));
      await sleep(500);
      await b.dial('1');
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'acceptance-refused',
    async play({ phone }) {
      const a = phone('101').call('320');
      const b = await answered(phone('102'));
      await sleep(500);
      await b.dial('2');
      await a.is('refused');
    },
  },
  {
    name: 'acceptance-hung-up',
    async play({ phone }) {
      const a = phone('101').call('320');
      const b = await answered(phone('102'));
      await sleep(500);
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'acceptance-local-accepted',
    async play(w) {
      const a = fromOutside(w, '+18005550321');
      const b = await answered(w.phone('102'));
      await sleep(500);
      await b.dial('1');
      await a.is('answered');
      await talk();
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'acceptance-local-hung-up',
    async play(w) {
      const a = fromOutside(w, '+18005550321');
      const b = await answered(w.phone('102'));
      await sleep(500);
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'blind-transfer-by-called',
    async play(w) {
      const [a, b] = await talking(w);
      b.refer('103');
      const c = await answered(w.phone('103'));
      await talk();
      await b.hangup();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'blind-transfer-by-caller',
    async play(w) {
      const [a, b] = await talking(w);
      a.refer('103');
      const c = await answered(w.phone('103'));
      await talk();
      await a.hangup();
      await c.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'blind-transfer-to-busy',
    async play(w) {
      w.phone('103').onCall = (call) => busy(call);
      const a = fromOutside(w, '+18005550101');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      b.refer('103');
      await a.is('ended');
    },
  },
  {
    name: 'blind-transfer-from-outside',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      b.refer('102');
      const c = await answered(w.phone('102'));
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'blind-transfer-by-feature-code',
    async play(w) {
      const [a, b] = await talking(w);
      await b.dial('#1');
      await sleep(300);
      await b.dial('103');
      const c = await answered(w.phone('103'));
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'blind-transfer-out-of-queue',
    async play(w) {
      const a = fromOutside(w, '+18005550210');
      const first = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      first.refer('103');
      const c = await answered(w.phone('103'));
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'attended-transfer-by-refer',
    async play(w) {
      const [a, b] = await talking(w);
      const consult = w.phone('102').call('103');
      const c = await answered(w.phone('103'));
      await consult.is('answered');
      await talk();
      b.referTo(consult);
      await talk();
      if (!b.has('ended')) await b.hangup();
      if (!consult.has('ended')) await consult.hangup();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'attended-transfer-by-caller',
    async play(w) {
      const [a, b] = await talking(w);
      const consult = w.phone('101').call('103');
      const c = await answered(w.phone('103'));
      await consult.is('answered');
      await talk();
      a.referTo(consult);
      await talk();
      if (!a.has('ended')) await a.hangup();
      if (!consult.has('ended')) await consult.hangup();
      await c.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'attended-transfer-by-feature-code',
    async play(w) {
      const [a, b] = await talking(w);
      await b.dial('*2');
      await sleep(300);
      await b.dial('103');
      const c = await answered(w.phone('103'));
      await sleep(700);
      await b.hangup();
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'blonde-transfer',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await answered(w.phone('101'));
      await a.is('answered');
      await talk();
      const consult = w.phone('101').call('103');
      const c = await w.phone('103').incoming();
      await consult.is('ringing');
      b.referTo(consult);
      await sleep(400);
      await c.answer();
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'pickup-group',
    async play({ phone }) {
      const a = phone('101').call('102');
      const b = await phone('102').incoming();
      await a.is('ringing');
      const c = phone('103').call('*8');
      await Promise.all([c.is('answered'), a.is('answered'), b.is('ended')]);
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'pickup-extension',
    async play({ phone }) {
      const a = phone('101').call('102');
      const b = await phone('102').incoming();
      await a.is('ringing');
      const c = phone('103').call('*9102');
      await Promise.all([c.is('answered'), a.is('answered'), b.is('ended')]);
      await talk();
      await c.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'pickup-channel',
    async play(w) {
      const a = fromOutside(w, '+18005550101');
      const b = await w.phone('101').incoming();
      await a.is('ringing');
      const c = w.phone('103').call('8101');
      await Promise.all([c.is('answered'), a.is('answered'), b.is('ended')]);
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'pickup-by-replaces',
    async play({ phone }) {
      const a = phone('101').call('102');
      const b = await phone('102').incoming();
      await a.is('ringing');
      const c = phone('103').call('102', [['Replaces', `${b.callId};to-tag=${b.remoteTag};from-tag=${b.localTag}`]]);
      await Promise.all([c.is('answered'), a.is('answered'), b.is('ended')]);
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'pickup-of-ring-group-local',
    async play(w) {
      const a = fromOutside(w, '+18005550201');
      await Promise.all([w.phone('102').incoming(), w.phone('103').incoming()]);
      await a.is('ringing');
      const c = w.phone('104').call('*8');
      await Promise.all([c.is('answered'), a.is('answered')]);
      await talk();
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'feature-code',
    async play({ phone }) {
      const a = phone('101').call('*45');
      await a.is('answered');
      await a.is('ended');
    },
  },
  {
    name: 'star-67-is-a-call',
    async play({ phone }) {
      const a = phone('101').call('*67102');
      const b = await answered(phone('102'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'click-to-call',
    async play({ phone, ami, flavour }) {
      void ami.action({
        Action: 'Originate',
        Channel: `${flavour.tech}/101`,
        Exten: '102',
        Context: 'phones',
        Priority: '1',
        CallerID: '"Click" <101>',
        Async: 'true',
      });
      const a = await answered(phone('101'));
      const b = await answered(phone('102'));
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'click-to-call-through-local',
    async play({ phone, ami }) {
      void ami.action({
        Action: 'Originate',
        Channel: 'Local/101@phones',
        Exten: '102',
        Context: 'phones',
        Priority: '1',
        CallerID: '"Click" <101>',
        Async: 'true',
      });
      const a = await answered(phone('101'));
      const b = await answered(phone('102'));
      await talk();
      await b.hangup();
      await a.is('ended');
    },
  },
  {
    name: 'click-to-call-not-answered',
    async play({ phone, ami, flavour }) {
      void ami.action({
        Action: 'Originate',
        Channel: `${flavour.tech}/101`,
        Exten: '102',
        Context: 'phones',
        Priority: '1',
        Timeout: '1200',
        Async: 'true',
      });
      await (await phone('101').incoming()).is('ended');
    },
  },
  {
    name: 'click-to-call-second-busy',
    async play({ phone, ami, flavour }) {
      phone('102').onCall = (call) => busy(call);
      void ami.action({
        Action: 'Originate',
        Channel: `${flavour.tech}/101`,
        Exten: '102',
        Context: 'phones',
        Priority: '1',
        Async: 'true',
      });
      const a = await answered(phone('101'));
      await a.is('ended');
    },
  },
  {
    name: 'click-to-call-outside',
    async play({ phone, ami, flavour, trunk }) {
      void ami.action({
        Action: 'Originate',
        Channel: `${flavour.tech}/101`,
        Exten: '9+31201234567',
        Context: 'phones',
        Priority: '1',
        Async: 'true',
      });
      const a = await answered(phone('101'));
      const b = await answered(trunk);
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'originate-to-application',
    async play({ phone, ami, flavour }) {
      void ami.action({
        Action: 'Originate',
        Channel: `${flavour.tech}/101`,
        Application: 'Wait',
        Data: '5',
        Async: 'true',
      });
      const a = await answered(phone('101'));
      await sleep(700);
      await a.hangup();
    },
  },
  {
    name: 'click-to-call-to-application',
    async play({ phone, ami, flavour }) {
      void ami.action({
        Action: 'Originate',
        Channel: `${flavour.tech}/101`,
        Exten: '301',
        Context: 'phones',
        Priority: '1',
        Async: 'true',
      });
      const a = await answered(phone('101'));
      await sleep(900);
      await a.hangup();
    },
  },
  {
    name: 'call-file',
    async play({ phone, asterisk, flavour }) {
      asterisk.callFile(`Channel: ${flavour.tech}/101\nContext: phones\nExtension: 102\nPriority: 1\n`);
      const a = await answered(phone('101'));
      const b = await answered(phone('102'));
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'park-and-fetch',
    async play(w) {
      const [a, b] = await talking(w);
      b.refer('700');
      await w.ami.event('the parked call', (block) => block.startsWith('Event: ParkedCall\r'));
      if (!b.has('ended')) await b.hangup();
      await sleep(300);
      const c = w.phone('103').call('701');
      await c.is('answered');
      await sleep(700);
      await a.hangup();
      await c.is('ended');
    },
  },
  {
    name: 'park-comes-back',
    async play(w) {
      const [a, b] = await talking(w);
      b.refer('700');
      await w.ami.event('the parked call', (block) => block.startsWith('Event: ParkedCall\r'));
      if (!b.has('ended')) await b.hangup();
      const again = await answered(w.phone('102'));
      await talk();
      await a.hangup();
      await again.is('ended');
    },
  },
  {
    name: 'two-calls-at-once',
    async play({ phone, trunk, ...rest }) {
      const first = phone('101').call('102');
      const second = fromOutside({ phone, trunk, ...rest }, '+18005550101');
      const b = await answered(phone('102'));
      const line2 = await answered(phone('101'));
      await Promise.all([first.is('answered'), second.is('answered')]);
      await talk();
      await line2.hangup();
      await talk();
      await first.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'same-two-call-each-other',
    async play({ phone }) {
      const there = phone('101').call('102');
      const back = phone('102').call('101');
      const at102 = await answered(phone('102'));
      const at101 = await answered(phone('101'));
      await Promise.all([there.is('answered'), back.is('answered')]);
      await talk();
      await there.hangup();
      await at102.is('ended');
      await back.hangup();
      await at101.is('ended');
    },
  },
  {
    name: 'hold-by-reinvite',
    async play(w) {
      const [a, b] = await talking(w);
      b.reinvite();
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
  {
    name: 'caller-name-by-dialplan',
    async play({ phone }) {
      const a = phone('101').call('350');
      const b = await answered(phone('102'));
      await a.is('answered');
      await talk();
      await a.hangup();
      await b.is('ended');
    },
  },
];
