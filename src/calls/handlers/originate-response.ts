import type { OriginateResponse } from '../../ami/ami-events.ts';
import type { Channel } from '../model/channel.ts';
import type { TrackerState } from '../model/tracker-state.ts';

/**
 * How many responses are kept at most whose channel has not been seen yet. It comes within milliseconds, if it comes.
 */
const MOST_EARLY = 16;

/**
 * Originate has connected a channel, and names the number that it was sent to: dials that waited for the number go on.
 * Asterisk sends this event past its message bus, so it can outrun even the Newchannel of its channel.
 */
export function originateResponse(state: TrackerState, event: OriginateResponse): void {
  if (event.response !== 'Success') return;
  const channel = state.channels.get(event.uniqueid) ?? state.channels.named(event.channel);
  if (channel !== undefined) {
    channel.markOriginateResponse(event.exten, event.application);
    state.deferred.flushOf(channel);
    return;
  }
  const early = state.earlyResponses;
  early.set(event.uniqueid, event);
  for (const oldest of early.keys()) {
    if (early.size <= MOST_EARLY) break;
    early.delete(oldest);
  }
}

/** A channel begins: its OriginateResponse may have come before. */
export function takeEarlyResponse(state: TrackerState, channel: Channel): void {
  const response = state.earlyResponses.get(channel.uniqueid);
  if (response === undefined) return;
  state.earlyResponses.delete(channel.uniqueid);
  channel.markOriginateResponse(response.exten, response.application);
}
