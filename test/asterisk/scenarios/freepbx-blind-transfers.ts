import { blindTo113, cameIn, internal, transfersBlind, wentOut } from './freepbx-transfers.ts';
import { ringing, takes } from './groups.ts';
import { answered, answersAt, fromOutside, hangsUp, release, type Scenario } from './scenario.ts';

/** Blind transfers where everything is dialled from `s`: only BlindTransfer shows the number. */
export const FREEPBX_BLIND_TRANSFERS: readonly Scenario[] = [
  { name: 'freepbx-blind-transfer-by-caller', play: async (w) => blindTo113(w, await internal(w), 'refer') },
  { name: 'freepbx-blind-transfer-by-caller-code', play: async (w) => blindTo113(w, await internal(w), 'code') },
  { name: 'freepbx-blind-transfer-by-caller-ami', play: async (w) => blindTo113(w, await internal(w), 'ami') },
  {
    name: 'freepbx-blind-transfer-by-called',
    async play(w) {
      const [a, b] = await internal(w);
      await blindTo113(w, [b, a], 'refer');
    },
  },
  {
    name: 'freepbx-blind-transfer-by-called-code',
    async play(w) {
      const [a, b] = await internal(w);
      await blindTo113(w, [b, a], 'code');
    },
  },
  {
    name: 'freepbx-blind-transfer-by-called-ami',
    async play(w) {
      const [a, b] = await internal(w);
      await blindTo113(w, [b, a], 'ami');
    },
  },
  { name: 'freepbx-blind-transfer-from-outside-code', play: async (w) => blindTo113(w, await cameIn(w), 'code') },
  { name: 'freepbx-blind-transfer-from-outside-ami', play: async (w) => blindTo113(w, await cameIn(w), 'ami') },
  {
    // 111 was dialled, and has inherited the caller's FROM_DID.
    name: 'freepbx-blind-transfer-by-outside-caller-ami',
    async play(w) {
      const [b, a] = await cameIn(w);
      await blindTo113(w, [a, b], 'ami');
    },
  },
  {
    name: 'freepbx-blind-transfer-by-outside-caller-with-from-did',
    allRights: true,
    async play(w) {
      const [b, a] = await cameIn(w);
      await blindTo113(w, [a, b], 'ami');
    },
  },
  {
    name: 'freepbx-redirect-of-called-with-from-did',
    allRights: true,
    async play(w) {
      const [b, a] = await cameIn(w);
      await w.ami.does({
        Action: 'Redirect',
        Channel: w.ami.channelOf('111'),
        Context: 'from-internal',
        Exten: '113',
        Priority: '1',
      });
      await a.is('ended');
      const c = await answered(w.phone('113'));
      await w.talk(b, c);
      await hangsUp(b, c);
    },
  },
  { name: 'freepbx-blind-transfer-of-called-outside', play: async (w) => blindTo113(w, await wentOut(w), 'refer') },
  { name: 'freepbx-blind-transfer-of-called-outside-code', play: async (w) => blindTo113(w, await wentOut(w), 'code') },
  { name: 'freepbx-blind-transfer-of-called-outside-ami', play: async (w) => blindTo113(w, await wentOut(w), 'ami') },
  {
    // 111 has a DID, on which nobody has called in here.
    name: 'freepbx-blind-transfer-of-called-outside-to-did',
    async play(w) {
      const a = w.phone('112').call('9+31201234567');
      const b = await answersAt(w, a, w.trunk);
      a.refer('111');
      const c = await answered(w.phone('111'));
      await w.talk(b, c);
      release(a);
      await hangsUp(b, c);
    },
  },
  {
    name: 'freepbx-blind-transfer-of-called-outside-to-queue',
    async play(w) {
      const [a, b] = await wentOut(w);
      a.refer('400');
      const [second, third] = await ringing(w, '112', '113');
      await takes(w, b, third, second);
      release(a);
      await hangsUp(b, third);
    },
  },
  {
    name: 'freepbx-blind-transfer-of-called-outside-to-ring-group',
    async play(w) {
      const [a, b] = await wentOut(w);
      a.refer('600');
      const [second, third] = await ringing(w, '112', '113');
      await takes(w, b, second, third);
      release(a);
      await hangsUp(second, b);
    },
  },
  {
    name: 'freepbx-blind-transfer-of-called-outside-twice',
    async play(w) {
      const [a, b] = await wentOut(w);
      await transfersBlind(w, 'refer', a, '112');
      const c = await answered(w.phone('112'));
      await w.talk(b, c);
      release(a);
      await blindTo113(w, [c, b], 'refer');
    },
  },
  {
    name: 'freepbx-blind-transfer-from-outside-twice',
    async play(w) {
      const [a, b] = await cameIn(w);
      await transfersBlind(w, 'refer', a, '112');
      const c = await answered(w.phone('112'));
      await w.talk(b, c);
      release(a);
      await blindTo113(w, [c, b], 'refer');
    },
  },
  {
    // 112 was dialled by 111, dials 113 by the first transfer and is sent on by the second.
    name: 'freepbx-blind-transfer-by-caller-twice',
    async play(w) {
      const [a, b] = await internal(w);
      await transfersBlind(w, 'refer', a, '113');
      const c = await answered(w.phone('113'));
      await w.talk(b, c);
      release(a);
      await transfersBlind(w, 'refer', c, '111');
      const d = await answered(w.phone('111'));
      await w.talk(b, d);
      release(c);
      await hangsUp(b, d);
    },
  },
  {
    name: 'freepbx-blind-transfer-out-of-ring-group',
    async play(w) {
      const a = fromOutside(w, '+18005550600');
      const [second, third] = await ringing(w, '112', '113');
      await takes(w, a, second, third);
      await blindTo113(w, [second, a], 'code');
    },
  },
  {
    name: 'freepbx-blind-transfer-of-forwarded',
    async play(w) {
      const a = w.phone('111').call('116');
      const c = await answersAt(w, a, w.phone('113'));
      a.refer('112');
      const d = await answered(w.phone('112'));
      await w.talk(c, d);
      release(a);
      await hangsUp(c, d);
    },
  },
];
