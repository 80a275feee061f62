import type { Hangup } from '../../ami/ami-events.ts';
import type { Channel } from '../model/channel.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import { wasAnswered } from './answer.ts';
import { concludeApplicationCall } from './application-answer.ts';
import { openLegOfLine } from './line-calls.ts';
import { noteGone } from './missed-call-evidence.ts';
import { becomePicker, rememberEndedRing, replacedWhileRinging, tookEndedRing } from './pickup.ts';
import { leaveQueueAtEnd } from './queue-agent.ts';
import { reportSkip } from './report-skip.ts';

/** Q.850 cause of a phone whose ringing ended because another one answered. */
const ANSWERED_ELSEWHERE = 26;
/**
 * Asterisk's `AST_CAUSE_FAILURE`: so it hangs up on an INVITE with Replaces that it has answered, and whose phone is
 * gone by then.
 */
const FAILURE = 38;

/** A channel hangs up. */
export function hangup(state: TrackerState, event: Hangup): void {
  const extenBefore = state.channels.get(event.uniqueid)?.exten ?? '';
  const channel = state.observe(event, event.at);
  if (channel === undefined) return;
  state.deferred.flushOf(channel);
  const cameTooLate = event.cause === FAILURE || tookEndedRing(state, channel, extenBefore);
  if (state.upWithoutDial.has(channel) && cameTooLate) becomePicker(state, channel, event.at);
  concludeApplicationCall(state, channel, event.at);
  openLegOfLine(state, channel, event.at, 'now');
  const { leg } = channel;
  for (const one of [leg, channel.lineLeg, channel.queueLeg])
    if (one !== undefined) state.legs.setHangupCause(one, event.cause, event.causeText);
  if (leg !== undefined) {
    if (event.cause === ANSWERED_ELSEWHERE && leg.flow === 'IN' && !leg.answered)
      state.legs.setDialStatus(leg, 'ANSWERED_ELSEWHERE');
  } else if (wentNowhere(channel)) reportSkip(state, 'dial-out', 'went nowhere', channel, event.at);
  rememberEndedRing(state, channel, event.at);
  const replaced = replacedWhileRinging(state, channel, extenBefore, event.at);
  endChannel(state, channel, event.at);
  replaced?.();
}

/** A channel has ended, by its Hangup or because it is found gone: so has its leg, if it was the last one of it. */
export function endChannel(state: TrackerState, channel: Channel, at: number | undefined): void {
  if (channel.hasEnded) return;
  state.deferred.flushOf(channel);
  // By the dials that were flushed: while a list is compared, they end an earlier ring of the phone that they ring.
  if (channel.hasEnded) return;
  concludeApplicationCall(state, channel, at);
  if (state.upWithoutDial.delete(channel)) reportSkip(state, 'dial-out', 'ended after a gap', channel, at);
  state.bridges.leave(channel);
  state.unconfirmed.delete(channel);
  const answered = wasAnswered(channel);
  state.channels.remove(channel);
  const { leg, lineLeg } = channel;
  if (leg !== undefined) state.legs.leave(leg, channel, answered, at);
  if (lineLeg !== undefined) state.legs.leave(lineLeg, channel, false, at);
  leaveQueueAtEnd(state, channel, at);
  noteGone(state, channel, at);
}

/** The same for several: to end one may end another. */
export function endChannels(state: TrackerState, channels: Iterable<Channel>, at: number | undefined): void {
  for (const channel of [...channels]) endChannel(state, channel, at);
}

/** Whether an extension's caller hangs up before its call went anywhere. */
function wentNowhere(channel: Channel): boolean {
  return (
    channel.extension !== undefined &&
    channel.role !== 'callee' &&
    channel.incomingDial === undefined &&
    !channel.hasDialled &&
    !channel.wasUp &&
    channel.firstSeen !== 'up'
  );
}
