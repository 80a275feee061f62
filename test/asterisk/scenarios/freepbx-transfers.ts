import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answersOriginate, originate } from './originated.ts';
import { answered, answersAt, fromOutside, hangsUp, release, talking } from './scenario.ts';

/*
 * How calls begin and how they are transferred on a dialplan that dials from `s`: what the scenarios of
 * freepbx-blind-transfers.ts, freepbx-click-to-call.ts and freepbx-consultations.ts are put together from.
 */

/** 111 calls 112. @returns both sides */
export const internal = (w: World) => talking(w, '111', '112');

/** A call from outside, answered by 111. @returns 111's side, the outside caller's */
export async function cameIn(w: World): Promise<[Dialog, Dialog]> {
  const a = fromOutside(w, '+18005550611');
  return [await answersAt(w, a, w.phone('111')), a];
}

/** 111 calls an outside party. @returns 111's side, the outside party's */
export async function wentOut(w: World): Promise<[Dialog, Dialog]> {
  const a = w.phone('111').call('9+31201234567');
  return [a, await answersAt(w, a, w.trunk)];
}

/** Click to call: 111 and then 112. @returns both sides */
export async function clicked(w: World, otherwise: Record<string, string> = {}): Promise<[Dialog, Dialog]> {
  await originate(w, {
    Channel: `${w.flavour.tech}/111`,
    Context: 'from-internal',
    Exten: '112',
    CallerID: '"Grace" <111>',
    ...otherwise,
  });
  const a = await answersOriginate(w, '111');
  return [a, await answersAt(w, a, otherwise.Exten?.startsWith('9') ? w.trunk : w.phone('112'))];
}

/** The same through a Local channel, as FreePBX's own click to call does it. */
export const clickedThroughLocal = (w: World, otherwise: Record<string, string> = {}) =>
  clicked(w, { Channel: 'Local/111@from-internal', ...otherwise });

export type How = 'refer' | 'code' | 'ami';

/** One side sends the other on, blind. @param to the number */
export async function transfersBlind(w: World, how: How, by: Dialog, to: string): Promise<void> {
  if (how === 'refer') by.refer(to);
  else if (how === 'ami')
    await w.ami.does({
      Action: 'BlindTransfer',
      Channel: w.ami.channelOf(by.endpoint),
      Context: 'from-internal',
      Exten: to,
    });
  else {
    await w.press(by, '#1');
    await w.ami.event('the other side on hold', /^Event: MusicOnHoldStart\r/);
    await w.press(by, to);
  }
}

/** One side sends the other on to 113, which answers; the one that was transferred hangs up. */
export async function blindTo113(w: World, [by, other]: [Dialog, Dialog], how: How): Promise<void> {
  await transfersBlind(w, how, by, '113');
  const c = await answered(w.phone('113'));
  await w.talk(other, c);
  release(by);
  await hangsUp(other, c);
}

/** One side dials 113 by feature code, to ask it first. @returns 113's call, which rings */
export async function asksByCode(w: World, by: Dialog): Promise<Dialog> {
  await w.press(by, '*2');
  await w.ami.event('the other side on hold', /^Event: MusicOnHoldStart\r/);
  await w.press(by, '113');
  const c = await w.phone('113').incoming();
  await w.ami.event('the dial to 113', /^Event: DialBegin\r\n(?:.+\r\n)*?DestCallerIDNum: 113\r$/m);
  return c.is('ringing');
}
