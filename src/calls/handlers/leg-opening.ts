import type { Extension } from '../../config/directory/directory.ts';
import type { CallEventName, CallParameters } from '../call-event.ts';
import type { Channel } from '../model/channel.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import {
  type DialOutCause,
  decideDialIn,
  decideDialOut,
  type LegDecision,
  lineOpening,
  queueOpening,
} from './leg-decision.ts';
import { noteRung } from './missed-call-evidence.ts';
import { reportSkip } from './report-skip.ts';
import type { Origin } from './walk-back-to-caller.ts';

/**
 * An extension's channel makes a call: its OUT leg opens, unless something is against it.
 * @param number what it dialled; absent when that is not known
 */
export function dialOut(
  state: TrackerState,
  caller: Channel,
  number: string | undefined,
  cause: DialOutCause,
  at: number | undefined,
): void {
  state.upWithoutDial.delete(caller);
  apply(state, caller, decideDialOut(state, caller, number, cause, at), 'dial-out', at);
}

/**
 * An extension's channel is called: its IN leg opens, or it joins the one that is open.
 * @param callId the Linkedid of the channel that dials
 * @param shown values that are known otherwise: of the phone whose call this one picks up
 */
export function dialIn(
  state: TrackerState,
  called: Channel,
  origin: Origin,
  callId: string,
  at: number | undefined,
  shown?: Partial<CallParameters>,
): void {
  const decision = decideDialIn(state, called, origin, callId, at, shown);
  apply(state, called, decision, 'dial-in', at);
  if (decision.kind === 'open' && called.leg !== undefined) noteRung(state, called.leg, origin);
}

/**
 * A caller waits in a queue that is an extension: its leg opens. @param waiting the channel that waits, which may be a
 * Local one
 */
export function joinQueue(
  state: TrackerState,
  waiting: Channel,
  queue: Extension,
  origin: Origin,
  at: number | undefined,
): void {
  // Reported twice: it waits there already.
  if (waiting.hasEnded || waiting.queueLeg !== undefined) return;
  const leg = state.legs.open(waiting, queueOpening(state, waiting, queue, origin, at), at);
  noteRung(state, leg, origin);
}

/** A call comes in from outside, on this number: the leg of its line opens, if the number is on one. */
export function enterLine(state: TrackerState, caller: Channel, number: string, at: number | undefined): void {
  const line = state.directory.ofLine(number);
  if (line === undefined) {
    caller.markOnNoLine();
    reportSkip(state, 'dial-in', 'no line', caller, at, number);
    return;
  }
  const leg = state.legs.open(caller, lineOpening(state, caller, line, number, at), at);
  noteRung(state, leg, { channel: caller });
}

/** AMI Originate or a call file rings a phone: that is not a call of its extension's yet. */
export function ringOriginated(state: TrackerState, phone: Channel, at: number | undefined): void {
  phone.markOriginated();
  reportSkip(state, 'dial-in', 'originated', phone, at);
}

/** The one place where a decision about a leg takes effect, and is reported where no Dial event comes of it. */
function apply(
  state: TrackerState,
  channel: Channel,
  decision: LegDecision,
  expected: CallEventName,
  at: number | undefined,
): void {
  switch (decision.kind) {
    case 'open':
      state.legs.open(channel, decision.opening, at);
      break;
    case 'join':
      state.legs.join(decision.leg, channel);
      if (decision.byDial) state.legs.markCausedDial(decision.leg);
      reportSkip(state, expected, 'joined', channel, at);
      break;
    case 'keep':
      if (decision.byDial) state.legs.markCausedDial(decision.leg);
      break;
    case 'skip':
      reportSkip(state, expected, decision.reason, channel, at, decision.detail);
      break;
  }
}
