import { endChannel } from '../handlers/hangup.ts';
import type { Channel } from '../model/channel.ts';
import type { Leg, LegKind } from '../model/leg.ts';
import type { StoredRung } from '../model/missed-calls.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { legFrom, restoreAgent, restoreChannelOf, type StoredCall, type StoredLeg } from './stored-call.ts';

/** Uniqueids of the living channels whose beginning was not seen: another service may know more of their calls. */
export function strangersIn(state: TrackerState): string[] {
  return [...state.channels.all()].flatMap(({ isStranger, uniqueid }) => (isStranger ? [uniqueid] : []));
}

/**
 * Takes over what another service on the same Asterisk knows of a call: its CallID, and the legs of channels whose beginning
 * was not seen here. No event is emitted for that. A leg that was seen here from its beginning stays as it is.
 * @param isOrphaned that service is gone, and what it knew is older than all that was seen here since: a leg of which no
 *   channel lives has ended, and ends here
 * @param at now: milliseconds since 1970; absent without timestamps
 */
export function adoptCall(state: TrackerState, stored: StoredCall, isOrphaned: boolean, at: number | undefined): void {
  noteDialled(state, stored);
  const gone: Channel[] = [];
  for (const leg of stored.legs) {
    const kind = leg.kind ?? 'phones';
    const living = livingOf(state, leg);
    if (living.length === 0 && !(isOrphaned && isUnseen(state, leg))) continue;
    const before = living.map((channel) => legOn(channel, kind)).find((one) => one !== undefined);
    if (before !== undefined && (!before.partial || isSame(before, leg))) continue;
    const uniqueids = new Set(living.map(({ uniqueid }) => uniqueid));
    const channels = leg.channels.filter(({ uniqueid }) => living.length === 0 || uniqueids.has(uniqueid));
    const dialled = new Map(stored.dialled);
    const adopted = channels.map((channel) => restoreChannelOf(state, channel, leg, dialled));
    for (const channel of adopted) state.upWithoutDial.delete(channel);
    state.legs.adopt(stored.callId, { ...legFrom(leg, adopted, restoreAgent(state, leg)), partial: true });
    if (living.length === 0) gone.push(...adopted);
  }
  state.legs.adoptCall(stored.callId, {
    dialled: stored.dialled && new Map(stored.dialled),
    joins: stored.joins && new Map(stored.joins),
    ...(stored.relatedCallId !== undefined && { relatedCallId: stored.relatedCallId }),
  });
  const rung = (stored.rung ?? []).filter(({ origin }) =>
    state.channels.isKnown(origin) ? state.channels.get(origin) !== undefined : isOrphaned,
  );
  state.legs.adoptRung(stored.callId, rung.map(partialOf));
  for (const channel of gone) endChannel(state, channel, at);
  for (const { origin } of rung) if (state.channels.get(origin) === undefined) state.legs.missed.originGone(origin, at);
  state.legs.release(stored.callId);
}

/** What a caller dialled whose beginning was not seen. */
function noteDialled(state: TrackerState, { dialled = [] }: Pick<StoredCall, 'dialled'>): void {
  for (const [uniqueid, number] of dialled) {
    const channel = state.channels.get(uniqueid);
    if (channel?.isStranger === true && channel.dialledExten === undefined) channel.markListedAsCaller(number);
  }
}

/** Its channels that live; Uniqueids come again after a restart of Asterisk. */
function livingOf(state: TrackerState, { channels, startup = '' }: StoredLeg): Channel[] {
  if (startup !== '' && state.legs.startup !== '' && startup !== state.legs.startup) return [];
  return channels.flatMap(({ uniqueid }) => state.channels.get(uniqueid) ?? []);
}

/** Whether none of its channels was known here: what has ended here has had its Hangup. */
function isUnseen(state: TrackerState, { channels }: StoredLeg): boolean {
  return !channels.some(({ uniqueid }) => state.channels.isKnown(uniqueid));
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
