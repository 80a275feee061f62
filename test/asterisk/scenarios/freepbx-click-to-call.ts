import type { World } from '../world.ts';
import { transfers, transfersUnanswered } from './attended-transfers.ts';
import { asksByCode, blindTo113, clicked, clickedThroughLocal, transfersBlind } from './freepbx-transfers.ts';
import { originate } from './originated.ts';
import { answered, answersAt, hangsUp, release, type Scenario, talking } from './scenario.ts';

/**
 * The test plays each scenario with all rights as well, and class dialplan shows the number that is expected of nobody.
 */
const SHOWS_NUMBER = 'class dialplan shows the number, which the rights of the recording do not';

/** Click to call where everything is dialled from `s`: transferred by either side, and without an OriginateResponse. */
export const FREEPBX_CLICK_TO_CALL: readonly Scenario[] = [
  { name: 'freepbx-click-to-call-then-caller-transfers', play: async (w) => blindTo113(w, await clicked(w), 'refer') },
  {
    name: 'freepbx-click-to-call-then-caller-transfers-ami',
    play: async (w) => blindTo113(w, await clicked(w), 'ami'),
  },
  {
    name: 'freepbx-click-to-call-then-called-transfers',
    async play(w) {
      const [a, b] = await clicked(w);
      await blindTo113(w, [b, a], 'refer');
    },
  },
  {
    name: 'freepbx-click-to-call-local-then-caller-transfers',
    play: async (w) => blindTo113(w, await clickedThroughLocal(w), 'refer'),
  },
  {
    name: 'freepbx-click-to-call-local-then-caller-transfers-code',
    play: async (w) => blindTo113(w, await clickedThroughLocal(w), 'code'),
  },
  {
    name: 'freepbx-click-to-call-local-then-caller-transfers-ami',
    play: async (w) => blindTo113(w, await clickedThroughLocal(w), 'ami'),
  },
  {
    name: 'freepbx-click-to-call-local-not-optimised-then-caller-transfers',
    play: async (w) => blindTo113(w, await clickedThroughLocal(w, { Channel: 'Local/111@from-internal/n' }), 'refer'),
  },
  {
    name: 'freepbx-click-to-call-local-then-caller-transfers-not-answered',
    async play(w) {
      const [a, b] = await clickedThroughLocal(w);
      await transfersBlind(w, 'refer', a, '113');
      const c = await w.phone('113').incoming();
      await c.is('ringing');
      await w.ami.event('the dial to 113', /^Event: DialBegin\r\n(?:.+\r\n)*?DestCallerIDNum: 113\r$/m);
      release(a);
      await hangsUp(b, c);
    },
  },
  {
    name: 'freepbx-click-to-call-local-then-called-transfers',
    async play(w) {
      const [a, b] = await clickedThroughLocal(w);
      await blindTo113(w, [b, a], 'refer');
    },
  },
  {
    name: 'freepbx-click-to-call-local-outside-then-caller-transfers',
    play: async (w) => blindTo113(w, await clickedThroughLocal(w, { Exten: '9+31201234567' }), 'refer'),
  },
  {
    name: 'freepbx-click-to-call-local-transferred-twice',
    async play(w) {
      const [a, b] = await clickedThroughLocal(w);
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
    name: 'freepbx-click-to-call-attended-transfer',
    async play(w) {
      const [a, b] = await clicked(w);
      const [consult, c] = await talking(w, '111', '113');
      await transfers(w, a, consult, b, c);
      await hangsUp(b, c);
    },
  },
  {
    name: 'freepbx-click-to-call-local-attended-transfer',
    async play(w) {
      const [a, b] = await clickedThroughLocal(w);
      const [consult, c] = await talking(w, '111', '113');
      await transfers(w, a, consult, b, c);
      await hangsUp(b, c);
    },
  },
  {
    name: 'freepbx-click-to-call-local-attended-transfer-code',
    async play(w) {
      const [a, b] = await clickedThroughLocal(w);
      const c = await asksByCode(w, a);
      await c.answer();
      await w.talk(a, c);
      a.hangup();
      await w.talk(b, c);
      await hangsUp(b, c);
    },
  },
  { name: 'freepbx-click-to-call-blonde-transfer', play: async (w) => blonde(w, await clicked(w)) },
  { name: 'freepbx-click-to-call-local-blonde-transfer', play: async (w) => blonde(w, await clickedThroughLocal(w)) },
  {
    name: 'freepbx-click-to-call-local-consultation-given-up',
    async play(w) {
      const [a, b] = await clickedThroughLocal(w);
      const [consult, c] = await talking(w, '111', '113');
      await hangsUp(consult, c);
      await hangsUp(a, b);
    },
  },
  {
    name: 'freepbx-click-to-call-synchronous',
    luck: SHOWS_NUMBER,
    play: (w) => unannounced(w, { Channel: `${w.flavour.tech}/111`, Async: 'false' }),
  },
  {
    name: 'freepbx-click-to-call-local-synchronous',
    luck: SHOWS_NUMBER,
    play: (w) => unannounced(w, { Channel: 'Local/111@from-internal', Async: 'false' }),
  },
  {
    name: 'freepbx-call-file',
    luck: SHOWS_NUMBER,
    async play(w) {
      w.asterisk.callFile(`Channel: ${w.flavour.tech}/111\nContext: from-internal\nExtension: 112\nPriority: 1\n`);
      const a = await answered(w.phone('111'));
      await hangsUp(a, await answersAt(w, a, w.phone('112')));
    },
  },
  {
    name: 'freepbx-call-file-local-outside',
    luck: SHOWS_NUMBER,
    async play(w) {
      w.asterisk.callFile(
        'Channel: Local/111@from-internal\nContext: from-internal\nExtension: 9+31201234567\nPriority: 1\n',
      );
      const a = await answered(w.phone('111'));
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
];

/** 111 puts 112 through to 113 while that rings. */
async function blonde(w: World, [a, b]: Awaited<ReturnType<typeof clicked>>): Promise<void> {
  const consult = w.phone('111').call('113');
  const c = await w.phone('113').incoming();
  await consult.is('ringing');
  await transfersUnanswered(w, a, consult);
  await c.answer();
  await w.talk(b, c);
  release(a);
  await hangsUp(b, c);
}

/** A click to call to 112 for which no OriginateResponse comes. */
async function unannounced(w: World, otherwise: Record<string, string>): Promise<void> {
  const done = originate(w, { Context: 'from-internal', Exten: '112', ...otherwise });
  const a = await answered(w.phone('111'));
  const b = await answersAt(w, a, w.phone('112'));
  await done;
  await hangsUp(a, b);
}
