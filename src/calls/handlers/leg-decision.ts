import type { Extension } from '../../config/directory/directory.ts';
import type { CallParameters } from '../call-event.ts';
import { wasCalled } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import type { Leg, LegOpening } from '../model/leg.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import type { SkipReason } from '../skipped-event.ts';
import { callerNumber, numberOfOwnCall, wasSentToApplication } from './dialled-number.ts';
import { callerParams, inParams, outParams } from './leg-params.ts';
import { type Origin, originAt } from './walk-back-to-caller.ts';

/*
 * What becomes of a channel that calls or is called. Here it is decided, and nothing is changed: `leg-opening.ts`
 * applies the decision and reports it.
 */

/**
 * What becomes of a channel that calls or is called. `byDial`: whether a dial was begun, so that the leg has caused
 * one.
 */
export type LegDecision =
  | { kind: 'open'; opening: LegOpening }
  /** The extension has this leg in the same call and direction: the channel becomes part of it. */
  | { kind: 'join'; leg: Leg; byDial: boolean }
  /** The channel is part of this leg already, which goes on. */
  | { kind: 'keep'; leg: Leg; byDial: boolean }
  /** `detail`: as `SkippedEvent.detail`. */
  | { kind: 'skip'; reason: SkipReason; detail?: string };

/** What shows that a channel makes a call: a dial was begun, or an application has answered. */
export type DialOutCause = 'dial' | 'application';

/**
 * Whether an extension's channel that makes a call has an OUT leg with that.
 * @param number what it dialled; absent when that is not known
 * @param at when: milliseconds since 1970; absent without timestamps
 */
export function decideDialOut(
  state: TrackerState,
  caller: Channel,
  number: string | undefined,
  cause: DialOutCause,
  at: number | undefined,
): LegDecision {
  const byDial = cause === 'dial';
  const { extension, leg } = caller;
  if (leg?.flow === 'OUT') return { kind: 'keep', leg, byDial };
  if (leg !== undefined) return skip('has a leg', leg.call.callId);
  if (extension === undefined) return skip('no extension');
  if (caller.firstSeen === 'up') return skip('seen too late');
  if (caller.role === 'callee') return skip('was called');
  // A click to call whose number nobody shows (a synchronous Originate, a call file) dials somebody all the same.
  if (caller.isOriginated && number === undefined && (!byDial || wasSentToApplication(caller)))
    return skip('no number');
  if (number !== undefined && state.directory.isIgnored(number)) return skip('ignored number', number);
  const joined = state.legs.find(caller.linkedid, extension.name, 'OUT');
  if (joined !== undefined) return { kind: 'join', leg: joined, byDial };
  const opening: LegOpening = {
    kind: 'phones',
    extension,
    partial: caller.beganUnseen,
    params: outParams(caller, extension, number, state.directory),
    causedDial: byDial,
    // An application has answered it before it was sure that this is a call.
    openedAt: byDial ? at : (caller.upAt ?? at),
    queue: caller.queue,
    transferredBy: undefined,
    variables: caller.variables && new Map(caller.variables),
    caller: undefined,
    callerDialled: undefined,
  };
  return { kind: 'open', opening };
}

/**
 * Whether an extension's channel that is called has an IN leg with that.
 * @param callId the Linkedid of the channel that dials
 * @param at when: milliseconds since 1970; absent without timestamps
 * @param shown values that are known otherwise: of the phone whose call this one picks up
 */
export function decideDialIn(
  state: TrackerState,
  called: Channel,
  origin: Origin,
  callId: string,
  at: number | undefined,
  shown?: Partial<CallParameters>,
): LegDecision {
  const { extension, leg } = called;
  if (extension === undefined) return skip('no extension');
  if (leg !== undefined) return { kind: 'keep', leg, byDial: false };
  const joined = state.legs.find(callId, extension.name, 'IN');
  if (joined !== undefined) return { kind: 'join', leg: joined, byDial: false };
  const caller = origin.channel;
  const number = callerNumber(origin);
  const opening: LegOpening = {
    ...openingFor(state, called, origin, number, at),
    kind: 'phones',
    extension,
    params: Object.assign(
      inParams(called, extension, origin, callId, { number, cameInOn: numberOfOwnCall(origin) }),
      shown,
    ),
    queue: called.queue ?? caller?.queue ?? (origin.inNameOnly ? undefined : origin.dialling?.queue),
    transferredBy: [origin.transferred, origin.dialling, caller].find((one) => one?.transferredBy !== undefined)
      ?.transferredBy,
    variables: called.variables && new Map(called.variables),
  };
  return { kind: 'open', opening };
}

/**
 * With what a queue's leg opens.
 * @param waiting the channel that waits in it
 */
export function queueOpening(
  state: TrackerState,
  waiting: Channel,
  queue: Extension,
  origin: Origin,
  at: number | undefined,
): LegOpening {
  const number = callerNumber(origin);
  const shown = { number, cameInOn: numberOfOwnCall(origin) };
  return {
    ...openingFor(state, waiting, origin, number, at),
    kind: 'queue',
    extension: queue,
    params: {
      ...(origin.channel === undefined && callerParams(waiting)),
      ...inParams(undefined, queue, origin, waiting.linkedid, shown),
    },
    queue: waiting.queue,
    transferredBy: waiting.transferredBy ?? origin.channel?.transferredBy,
    variables: undefined,
  };
}

/** With what the leg of a line opens. @param number that the call comes in on */
export function lineOpening(
  state: TrackerState,
  caller: Channel,
  line: Extension,
  number: string,
  at: number | undefined,
): LegOpening {
  const origin = originAt(caller);
  return {
    ...openingFor(state, caller, origin, number, at),
    kind: 'line',
    extension: line,
    params: inParams(undefined, line, origin, caller.linkedid, { number, cameInOn: number }),
    queue: caller.queue,
    transferredBy: undefined,
    variables: undefined,
  };
}

/** What all IN legs have of their caller. @param first the leg's first channel */
function openingFor(
  state: TrackerState,
  first: Channel,
  origin: Origin,
  number: string | undefined,
  at: number | undefined,
) {
  const caller = origin.channel;
  return {
    partial: [first, caller, origin.dialling].some((channel) => channel?.beganUnseen === true),
    causedDial: false,
    openedAt: at,
    caller:
      caller === undefined || state.variables.size === 0
        ? undefined
        : { uniqueid: caller.uniqueid, variables: new Map(caller.variables) },
    callerDialled:
      caller === undefined || caller.leg !== undefined || number === undefined || wasCalled(caller)
        ? undefined
        : { uniqueid: caller.uniqueid, number },
  };
}

function skip(reason: SkipReason, detail?: string): LegDecision {
  return { kind: 'skip', reason, ...(detail !== undefined && { detail }) };
}
