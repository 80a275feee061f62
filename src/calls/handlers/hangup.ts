import type { Hangup } from '../../ami/events.ts';
import type { Channel } from '../model/channel.ts';
import type { State } from '../model/state.ts';
import { wasAnswered } from './answer.ts';
import { concludeApplicationCall } from './application-answer.ts';
import { flushDialsOf } from './deferred-dials.ts';

/** Q.850 cause of a phone whose ringing ended because another one answered. */
const ANSWERED_ELSEWHERE = 26;

export function hangup(state: State, event: Hangup): void {
  const channel = state.observe(event, event.at);
  if (channel === undefined) return;
  flushDialsOf(state, channel);
  concludeApplicationCall(state, channel, event.at);
  const { leg } = channel;
  if (leg !== undefined) {
    leg.cause = event.cause;
    leg.causeText = event.causeText;
    if (event.cause === ANSWERED_ELSEWHERE && leg.flow === 'IN' && !leg.answered) leg.dialStatus = 'ANSWERED_ELSEWHERE';
  } else if (wentNowhere(channel)) state.skip('dial-out', 'went nowhere', channel, event.at);
  endChannel(state, channel, event.at);
}

/** A channel is no more, by its Hangup or because it is found gone. */
export function endChannel(state: State, channel: Channel, at: number | undefined): void {
  flushDialsOf(state, channel);
  concludeApplicationCall(state, channel, at);
  if (state.upWithoutDial.delete(channel)) state.skip('dial-out', 'seen too late', channel, at);
  state.bridges.leave(channel);
  state.unconfirmed.delete(channel);
  const answered = wasAnswered(channel);
  state.channels.remove(channel);
  state.legs.leave(channel, answered, at);
}

/** An extension's caller that hangs up before its call went anywhere. */
function wentNowhere(channel: Channel): boolean {
  return (
    channel.extension !== undefined &&
    channel.dialledBy === undefined &&
    !channel.hasDialled &&
    !channel.wasUp &&
    !channel.firstSeenUp
  );
}
