import { legKeyOf } from '../call-event.ts';
import { endChannel } from '../handlers/hangup.ts';
import type { Channel } from '../model/channel.ts';
import type { Leg, LegKind } from '../model/leg.ts';
import type { StoredRung } from '../model/missed-calls.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { legFrom, restoreAgent, restoreChannelOf, type StoredCall, type StoredLeg } from './stored-call.ts';

/** Uniqueids of the living channels whose beginning was not seen: another service may know more of their calls. */
export function uniqueidsBegunUnseen(state: TrackerState): string[] {
  return [...state.channels.all()].flatMap(({ beganUnseen, uniqueid }) => (beganUnseen ? [uniqueid] : []));
}

/** The open legs, by the names that other services give them. */
export function* openLegsByName({ legs }: TrackerState): Generator<[name: string, leg: Leg]> {
  for (const call of legs.calls.values()) for (const leg of call.legs) yield [legKeyOf(legs.keyOf(leg)), leg];
}

/**
 * Takes over what another service on the same Asterisk knows of a call: its CallID, and the legs of channels whose
 * beginning was not seen here. No event is emitted for that. A leg that was seen here from its beginning stays as it
 * is.
 * @param isOrphaned that service is gone, and what it knew is older than all that was seen here since: its legs are
 * this one's from now on, and one of which no channel lives has ended, and ends here
 * @param at now: milliseconds since 1970; absent without timestamps
 * @returns the names of legs that gave way to others
 */
export function adoptCall(
  state: TrackerState,
  stored: StoredCall,
  isOrphaned: boolean,
  at: number | undefined,
): string[] {
  noteDialled(state, stored);
  const gone: Channel[] = [];
  const gaveWay: string[] = [];
  const open = new Map(state.legs.calls.get(stored.callId)?.legs.map((leg) => [nameOf(state, leg), leg]));
  for (const leg of stored.legs) {
    const kind = leg.kind ?? 'phones';
    const living = livingOf(state, leg);
    const name = legKeyOf(state.legs.keyOf(legFrom(leg, [], undefined)));
    const before = living.map((channel) => legOn(channel, kind)).find((one) => one !== undefined) ?? open.get(name);
    // Its Hangup may have been sent here under its name: then that is the same one.
    if (living.length === 0 && before === undefined && !isOrphaned) continue;
    if (before !== undefined && (!before.partial || living.length === 0 || isSame(before, leg))) {
      if (isOrphaned && before.partial) state.legs.own(before);
      continue;
    }
    const uniqueids = new Set(living.map(({ uniqueid }) => uniqueid));
    const channels = leg.channels.filter(({ uniqueid }) => living.length === 0 || uniqueids.has(uniqueid));
    const dialled = new Map(stored.dialled);
    const adopted = channels.map((channel) => restoreChannelOf(state, channel, leg, dialled));
    for (const channel of adopted) state.upWithoutDial.delete(channel);
    const known = { ...legFrom(leg, adopted, restoreAgent(state, leg)), partial: !isOrphaned };
    for (const other of state.legs.adopt(stored.callId, known))
      if (nameOf(state, other) !== name) gaveWay.push(nameOf(state, other));
    if (living.length === 0) gone.push(...adopted);
  }
  state.legs.adoptCall(stored.callId, {
    numbersByCaller: stored.dialled && new Map(stored.dialled),
    joins: stored.joins && new Map(stored.joins),
    ...(stored.relatedCallId !== undefined && { relatedCallId: stored.relatedCallId }),
  });
  const rung = (stored.rung ?? []).filter(({ origin }) => isUnanswered(state, origin, isOrphaned));
  state.legs.adoptRung(stored.callId, isOrphaned ? rung : rung.map(partialOf));
  for (const channel of gone) endChannel(state, channel, at);
  for (const { origin } of rung) if (state.channels.get(origin) === undefined) state.legs.missed.originGone(origin, at);
  state.legs.release(stored.callId);
  return gaveWay;
}

const nameOf = ({ legs }: TrackerState, leg: Omit<Leg, 'call'>) => legKeyOf(legs.keyOf(leg));

/** What a caller dialled whose beginning was not seen. */
function noteDialled(state: TrackerState, { dialled = [] }: Pick<StoredCall, 'dialled'>): void {
  for (const [uniqueid, number] of dialled) {
    const channel = state.channels.get(uniqueid);
    if (channel?.beganUnseen === true && channel.dialledExten === undefined) channel.markListedAsCaller(number);
  }
}

/** Its channels that live; Uniqueids come again after a restart of Asterisk. */
function livingOf(state: TrackerState, { channels, startup = '' }: StoredLeg): Channel[] {
  if (startup !== '' && state.legs.startup !== '' && startup !== state.legs.startup) return [];
  return channels.flatMap(({ uniqueid }) => state.channels.get(uniqueid) ?? []);
}

/**
 * Whether nothing was seen here of what became of an origin: it lives and was heard with nobody, or only that service
 * has seen it.
 */
function isUnanswered(state: TrackerState, origin: string, isOrphaned: boolean): boolean {
  const channel = state.channels.get(origin);
  if (channel !== undefined) return channel.beganUnseen && !channel.wasConnected;
  return isOrphaned && !state.channels.isKnown(origin);
}

function legOn(channel: Channel, kind: LegKind): Leg | undefined {
  if (kind === 'phones') return channel.leg;
  return kind === 'queue' ? channel.queueLeg : channel.lineLeg;
}

/** Whether it was taken over before, and nothing more is known of it. */
function isSame(leg: Leg, stored: StoredLeg): boolean {
  return (
    leg.uniqueid === stored.uniqueid &&
    leg.startup === stored.startup &&
    (leg.answered || !stored.answered) &&
    JSON.stringify(leg.params) === JSON.stringify(stored.params)
  );
}

const partialOf = (rung: StoredRung): StoredRung =>
  rung.hangup === undefined ? rung : { ...rung, hangup: { ...rung.hangup, partial: true } };
