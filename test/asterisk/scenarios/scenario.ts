import type { Flavour } from '../flavour.ts';
import type { Dialog } from '../phone/dialog.ts';
import type { CallOptions, Phone } from '../phone/phone.ts';
import type { World } from '../world.ts';

/** One shape that a call can take, played on real phones from quiet to quiet. */
export interface Scenario {
  name: string;
  play(world: World): Promise<void>;
  /** Left out on other flavours: what the channel driver or the version cannot do. */
  only?: (flavour: Flavour) => boolean;
  /** Why it is recorded but not played in the test: Asterisk's own threads race, so that what it reports is luck. */
  luck?: string;
  /** What comes out hangs on classes `dialplan` and `agent`, so it is recorded and played with them. */
  allRights?: boolean;
}

export const isPjsip = ({ tech }: Flavour) => tech === 'PJSIP';

const OUTSIDER = { from: '+31612345678', displayName: 'Zoë & Co' };

/** A call from outside to a DID. */
export function fromOutside({ trunk }: World, did: string, options: CallOptions = OUTSIDER): Dialog {
  return trunk.call(did, options);
}

/** The next call that comes in is answered. */
export async function answered(phone: Phone): Promise<Dialog> {
  const call = await phone.incoming();
  await call.is('ringing');
  return call.answer();
}

/** `at` answers the call, and they talk. @returns the answerer's side */
export async function answersAt(w: World, call: Dialog, at: Phone): Promise<Dialog> {
  const answerer = await answered(at);
  await call.is('answered');
  await w.talk(call, answerer);
  return answerer;
}

/** One phone calls another by its number, and they talk. @returns both sides */
export async function talking(w: World, from = '101', to = '102'): Promise<[Dialog, Dialog]> {
  const call = w.phone(from).call(to);
  return [call, await answersAt(w, call, w.phone(to))];
}

/** A call from outside rings at 101, who answers. @returns both sides */
export async function talkingToOutside(w: World): Promise<[Dialog, Dialog]> {
  const call = fromOutside(w, '+18005550101');
  return [call, await answersAt(w, call, w.phone('101'))];
}

/** One side hangs up, and so do the others. */
export async function hangsUp(first: Dialog, ...others: Dialog[]): Promise<void> {
  await first.is('answered');
  first.hangup();
  await Promise.all(others.map((other) => other.is('ended')));
}

/** Hangs up what Asterisk has not hung up itself: the sides of a phone that has transferred. */
export function release(...calls: Dialog[]): void {
  for (const call of calls) if (!call.has('ended')) call.hangup();
}

export function rejectsAsBusy(phone: Phone): void {
  phone.onCall = (call) => call.respond(486, 'Busy Here');
}

export function forwardsTo(phone: Phone, number: string): void {
  phone.onCall = (call) => call.respond(302, 'Moved Temporarily', [['Contact', `<sip:${number}@127.0.0.1>`]]);
}
