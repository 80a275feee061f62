import type { OriginateResponse } from '../../ami/events.ts';
import type { State } from '../model/state.ts';

/** Originate has connected a channel, and names where it was sent to: what waited for that number goes on. */
export function originateResponse(state: State, event: OriginateResponse): void {
  const channel = state.channels.get(event.uniqueid) ?? state.channels.named(event.channel);
  if (channel === undefined || event.response !== 'Success') return;
  channel.markOriginateResponse(event.exten, event.application);
  state.deferred.flushOf(channel);
}
