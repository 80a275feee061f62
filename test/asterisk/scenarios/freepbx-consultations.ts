import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { transfers, transfersUnanswered } from './attended-transfers.ts';
import { asksByCode, blindTo113, cameIn, internal, wentOut } from './freepbx-transfers.ts';
import { answered, hangsUp, release, type Scenario, talking } from './scenario.ts';

/** Attended and blonde transfers, and consultations given up, where everything is dialled from `s`. */
export const FREEPBX_CONSULTATIONS: readonly Scenario[] = [
  {
    name: 'freepbx-attended-transfer-by-caller',
    async play(w) {
      await attended(w, '111', await internal(w));
    },
  },
  {
    name: 'freepbx-attended-transfer-by-called',
    async play(w) {
      const [a, b] = await internal(w);
      await attended(w, '112', [b, a]);
    },
  },
  {
    name: 'freepbx-attended-transfer-of-called-outside',
    play: async (w) => attended(w, '111', await wentOut(w)),
  },
  {
    name: 'freepbx-attended-transfer-of-called-outside-code',
    play: async (w) => attendedByCode(w, await wentOut(w)),
  },
  {
    name: 'freepbx-attended-transfer-from-outside-code',
    play: async (w) => attendedByCode(w, await cameIn(w)),
  },
  { name: 'freepbx-blonde-transfer-of-called-outside', play: async (w) => blonde(w, await wentOut(w)) },
  { name: 'freepbx-blonde-transfer-from-outside', play: async (w) => blonde(w, await cameIn(w)) },
  {
    name: 'freepbx-attended-transfer-of-called-outside-ami',
    async play(w) {
      const [by, other] = await wentOut(w);
      await w.ami.does({ Action: 'Atxfer', Channel: w.ami.channelOf('111'), Context: 'from-internal', Exten: '113' });
      const c = await answered(w.phone('113'));
      await w.talk(by, c);
      by.hangup();
      await w.talk(other, c);
      await hangsUp(other, c);
    },
  },
  { name: 'freepbx-blonde-transfer-of-called-outside-code', play: async (w) => blondeByCode(w, await wentOut(w)) },
  { name: 'freepbx-blonde-transfer-from-outside-code', play: async (w) => blondeByCode(w, await cameIn(w)) },
  {
    // The phone that rang forwards once the transferrer is gone: the new target is called by who was put through.
    name: 'freepbx-blonde-transfer-of-called-outside-then-forwarded',
    play: async (w) => blondeThenForwarded(w, await wentOut(w)),
  },
  {
    name: 'freepbx-blonde-transfer-from-outside-then-forwarded',
    play: async (w) => blondeThenForwarded(w, await cameIn(w)),
  },
  {
    // The second phone is dialled from `s` once the transferrer is gone.
    name: 'freepbx-blonde-transfer-of-called-outside-to-hunt-group',
    play: async (w) => blondeToHuntGroup(w, await wentOut(w)),
  },
  {
    name: 'freepbx-blonde-transfer-from-outside-to-hunt-group',
    play: async (w) => blondeToHuntGroup(w, await cameIn(w)),
  },
  {
    name: 'freepbx-consultation-given-up-while-it-rings',
    async play(w) {
      const [b, a] = await cameIn(w);
      const consult = w.phone('111').call('113');
      const c = await w.phone('113').incoming();
      await consult.is('ringing');
      consult.cancel();
      await c.is('ended');
      await w.ami.until('the end of the consultation', () => w.ami.living.of('111') === 1);
      await hangsUp(a, b);
    },
  },
  {
    name: 'freepbx-consultation-given-up',
    async play(w) {
      const [b, a] = await cameIn(w);
      const [consult, c] = await talking(w, '111', '113');
      await hangsUp(consult, c);
      await hangsUp(a, b);
    },
  },
  {
    name: 'freepbx-consultation-given-up-code',
    async play(w) {
      const [b, a] = await cameIn(w);
      const c = await asksByCode(w, b);
      await c.answer();
      await w.talk(b, c);
      await w.press(b, '*1');
      await c.is('ended');
      await w.talk(a, b);
      await hangsUp(a, b);
    },
  },
  {
    // Who was put in the transferrer's place is the caller of what is dialled from then on.
    name: 'freepbx-attended-then-blind-transfer-of-called-outside',
    async play(w) {
      const [a, b] = await wentOut(w);
      const [consult, c] = await talking(w, '111', '112');
      await transfers(w, a, consult, b, c);
      await blindTo113(w, [c, b], 'refer');
    },
  },
  {
    name: 'freepbx-attended-then-blind-transfer-from-outside',
    async play(w) {
      const [a, b] = await cameIn(w);
      const [consult, c] = await talking(w, '111', '112');
      await transfers(w, a, consult, b, c);
      await blindTo113(w, [c, b], 'refer');
    },
  },
  {
    name: 'freepbx-pickup-after-blonde-transfer',
    async play(w) {
      const [b, a] = await cameIn(w);
      const consult = w.phone('111').call('113');
      const c = await w.phone('113').incoming();
      await consult.is('ringing');
      await transfersUnanswered(w, b, consult);
      release(b);
      const d = w.phone('112').call('**113');
      await Promise.all([d.is('answered'), c.is('ended')]);
      await w.talk(a, d);
      await hangsUp(a, d);
    },
  },
];

/** One side consults 113 on its second line, and puts the other through. */
async function attended(w: World, who: string, [by, other]: [Dialog, Dialog]): Promise<void> {
  const [consult, c] = await talking(w, who, '113');
  await transfers(w, by, consult, other, c);
  await hangsUp(other, c);
}

/** 111 dials 113 by *2 and hangs up while that rings. */
async function blondeByCode(w: World, [by, other]: [Dialog, Dialog]): Promise<void> {
  const c = await asksByCode(w, by);
  await w.ami.event('111 at the consultation', /^Event: BridgeEnter\r\n(?:.+\r\n)*?Channel: Local\/113@.*;1\r$/m);
  by.hangup();
  await w.ami.event('the transfer', /^Event: AttendedTransfer\r/);
  await c.answer();
  await w.talk(other, c);
  await hangsUp(other, c);
}

async function blondeThenForwarded(w: World, [by, other]: [Dialog, Dialog]): Promise<void> {
  const consult = w.phone('111').call('113');
  const c = await w.phone('113').incoming();
  await consult.is('ringing');
  await transfersUnanswered(w, by, consult);
  release(by);
  c.respond(302, 'Moved Temporarily', [['Contact', '<sip:112@127.0.0.1>']]);
  const d = await answered(w.phone('112'));
  await w.talk(other, d);
  await hangsUp(other, d);
}

async function blondeToHuntGroup(w: World, [by, other]: [Dialog, Dialog]): Promise<void> {
  const consult = w.phone('111').call('601');
  const first = await w.phone('112').incoming();
  await consult.is('ringing');
  await transfersUnanswered(w, by, consult);
  release(by);
  await first.is('ended');
  const d = await answered(w.phone('113'));
  await w.talk(other, d);
  await hangsUp(other, d);
}

async function attendedByCode(w: World, [by, other]: [Dialog, Dialog]): Promise<void> {
  const c = await asksByCode(w, by);
  await c.answer();
  await w.talk(by, c);
  by.hangup();
  await w.talk(other, c);
  await hangsUp(other, c);
}

/** The other side is put through to 113 while that rings. */
async function blonde(w: World, [by, other]: [Dialog, Dialog]): Promise<void> {
  const consult = w.phone('111').call('113');
  const c = await w.phone('113').incoming();
  await consult.is('ringing');
  await transfersUnanswered(w, by, consult);
  await c.answer();
  await w.talk(other, c);
  release(by);
  await hangsUp(other, c);
}
