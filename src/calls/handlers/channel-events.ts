import { type Newchannel, type Newstate, type Rename, RING, UP } from '../../ami/ami-events.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { endChannel } from './hangup.ts';
import { openLegOfLine } from './line-calls.ts';
import { takeEarlyResponse } from './originate-response.ts';

/** A channel begins. */
export function newChannel(state: TrackerState, event: Newchannel): void {
  // Names are unique among living channels: the one that had this name has ended, and its Hangup was lost.
  const before = state.channels.named(event.channel);
  if (before !== undefined && before.uniqueid !== event.uniqueid) endChannel(state, before, event.at);
  const channel = state.observe(event, event.at, true);
  if (channel === undefined) return;
  channel.markCreated(event);
  takeEarlyResponse(state, channel);
  if (event.state === RING) openLegOfLine(state, channel, event.at);
}

/** A channel has another state. */
export function newState(state: TrackerState, event: Newstate): void {
  const channel = state.observe(event, event.at);
  if (event.state === RING) channel?.markDialledNumber(event.exten);
  if (channel !== undefined && event.state >= RING)
    openLegOfLine(state, channel, event.at, event.state === UP ? 'now' : 'once known');
}

/** A channel has another name from now on (a masquerade). */
export function rename(state: TrackerState, { uniqueid, newname }: Rename): void {
  const channel = state.channels.get(uniqueid);
  if (channel !== undefined) state.channels.rename(channel, newname);
}
