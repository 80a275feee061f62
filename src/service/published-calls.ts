import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { PublishedCall } from '../shared-queue/pair-tables.ts';

/** A call as it goes to other services. @param state absent: nothing is left of it */
export function publishedCall(source: string, callId: string, state: StoredCall | undefined): PublishedCall {
  return { source, callId, state, channels: state === undefined ? [] : [...channelsOf(state)] };
}

function channelsOf({ legs, dialled = [], joins = [], rung = [] }: StoredCall): Set<string> {
  const ofLegs = legs.flatMap(({ channels, agent, caller, uniqueid }) => [
    ...channels.map((channel) => channel.uniqueid),
    ...[uniqueid, agent?.uniqueid, caller?.uniqueid].filter((one) => one !== undefined),
  ]);
  const callers = [...dialled, ...joins].map(([uniqueid]) => uniqueid);
  return new Set([...ofLegs, ...callers, ...rung.map(({ origin }) => origin)]);
}

/** Whether other services know this leg by another name, of its first channel. */
export function isKnownOtherwise(
  leg: { uniqueid: string; extension: string; flow: string; startup: string },
  calls: readonly StoredCall[],
): boolean {
  const channel = firstChannelOf(leg);
  return calls
    .flatMap(({ legs }) => legs)
    .some(
      (other) =>
        other.extension === leg.extension &&
        other.flow === leg.flow &&
        (other.startup ?? '') === leg.startup &&
        other.uniqueid !== leg.uniqueid &&
        other.channels.some(({ uniqueid }) => uniqueid === channel),
    );
}

/** A queue's leg has the number of its caller's join behind the Uniqueid. */
export const firstChannelOf = ({ uniqueid }: { uniqueid: string }) => uniqueid.replace(/-\d+$/, '');
