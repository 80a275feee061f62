import { legKeyOf } from '../calls/call-event.ts';
import type { StoredCall, StoredLeg } from '../calls/recovery/stored-call.ts';
import type { PublishedCall } from '../shared-queue/pair-tables.ts';
import { RANKS } from '../shared-queue/queue-writer.ts';

/**
 * A call as it goes to other services: what this one has seen of it from the beginning, or goes on with alone.
 * @param state absent: nothing is left of it
 */
export function publishedCall(
  source: string,
  service: string,
  callId: string,
  state: StoredCall | undefined,
): PublishedCall {
  const own = state && ownPartOf(state);
  const about = { source, service, callId };
  if (own === undefined) return { ...about, channels: [], legs: [] };
  const legs = own.legs.flatMap((leg) => {
    const name = nameOf(leg, own.server);
    return [...channelsOf(leg)].map((channel) => `${channel} ${name}`);
  });
  return { ...about, state: own, channels: [...allChannelsOf(own)], legs };
}

/** What other services call a stored leg. */
export function nameOf({ startup = '', uniqueid, channels, extension, flow }: StoredLeg, server = ''): string {
  return legKeyOf({ server, startup, uniqueid: uniqueid ?? channels[0]?.uniqueid ?? '', extension, flow });
}

function ownPartOf(state: StoredCall): StoredCall | undefined {
  const legs = state.legs.filter(({ partial }) => partial !== true);
  const others = state.legs.filter(({ partial }) => partial === true).map(({ uniqueid }) => uniqueid);
  const rung = (state.rung ?? []).filter(
    ({ hangup, legUniqueid }) =>
      hangup?.partial !== true && (legUniqueid === undefined || !others.includes(legUniqueid)),
  );
  const { rung: _, ...facts } = state;
  const own = { ...facts, legs, ...(rung.length > 0 && { rung }) };
  const { dialled = [], joins = [] } = state;
  return legs.length + rung.length + dialled.length + joins.length === 0 ? undefined : own;
}

function channelsOf({ channels, uniqueid }: StoredLeg): Set<string> {
  const first = uniqueid === undefined ? [] : [uniqueid.replace(/-\d+$/, '')];
  return new Set([...first, ...channels.map((channel) => channel.uniqueid)]);
}

function allChannelsOf({ legs, dialled = [], joins = [], rung = [] }: StoredCall): Set<string> {
  const ofLegs = legs.flatMap((leg) => [
    ...channelsOf(leg),
    ...[leg.agent?.uniqueid, leg.caller?.uniqueid].filter((one) => one !== undefined),
  ]);
  const callers = [...dialled, ...joins].map(([uniqueid]) => uniqueid);
  return new Set([...ofLegs, ...callers, ...rung.map(({ origin }) => origin)]);
}

/**
 * The call without the legs whose Hangup is in the queue already.
 * @param ranks of legs that are in the queue: that of their last event
 */
export function withoutEnded(call: StoredCall, ranks: ReadonlyMap<string, number>): StoredCall {
  const legs = call.legs.filter((leg) => (ranks.get(nameOf(leg, call.server)) ?? 0) < RANKS.hangup);
  const ended = call.legs.filter((leg) => !legs.includes(leg)).map(({ uniqueid }) => uniqueid);
  const { rung = [], ...rest } = call;
  const left = rung.filter(({ legUniqueid }) => legUniqueid === undefined || !ended.includes(legUniqueid));
  return { ...rest, legs, ...(left.length > 0 && { rung: left }) };
}
