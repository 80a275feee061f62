import type { CallParameters } from '../call-event.ts';
import type { Channel } from '../model/channel.ts';
import type { State } from '../model/state.ts';
import type { SkipReason } from '../skipped-event.ts';
import { inParams, outParams } from './leg-params.ts';
import type { Origin } from './origin.ts';
import { dialledNumber } from './origin.ts';

/**
 * An extension's channel makes a call: its OUT leg opens, unless something says that this is none.
 * @param number what it dialled; absent when that is not known
 * @param dialled whether a dial was begun; else an application answered
 */
export function dialOut(
  state: State,
  caller: Channel,
  number: string | undefined,
  at: number | undefined,
  dialled: boolean,
): void {
  state.upWithoutDial.delete(caller);
  const { extension, leg } = caller;
  if (leg?.flow === 'OUT') {
    leg.dialled ||= dialled;
    state.legs.changed(leg);
    return;
  }
  const reason = reasonAgainstOut(state, caller, number);
  if (extension === undefined || reason !== undefined) {
    state.skip('dial-out', reason ?? 'no extension', caller, at, number);
    return;
  }
  const joined = state.legs.find(caller.linkedid, extension.name, 'OUT');
  if (joined !== undefined) {
    joined.dialled ||= dialled;
    state.legs.join(joined, caller);
    state.skip('dial-out', 'joined', caller, at, number);
    return;
  }
  state.legs.open(caller, extension, outParams(caller, extension, number, state.directory), at, {
    dialled,
    // An application has answered it before it was sure that this is a call.
    openedAt: dialled ? at : (caller.upAt ?? at),
    queue: caller.queue,
    transferredBy: undefined,
    variables: caller.variables,
  });
}

function reasonAgainstOut(state: State, caller: Channel, number: string | undefined): SkipReason | undefined {
  if (caller.leg !== undefined) return 'has a leg';
  if (caller.firstSeenUp || (caller.createdAsCallee && !caller.originated)) return 'seen too late';
  if (caller.originated && number === undefined) return 'no number';
  if (number !== undefined && state.directory.isIgnored(number)) return 'ignored number';
  return undefined;
}

/**
 * An extension's channel is called: its IN leg opens, or it joins the one that is open.
 * @param callId the Linkedid of the channel that dials
 * @param shown values that are known otherwise: of the phone whose call this one picks up
 */
export function dialIn(
  state: State,
  called: Channel,
  origin: Origin,
  callId: string,
  at: number | undefined,
  shown?: Partial<CallParameters>,
): void {
  const { extension } = called;
  if (extension === undefined) {
    state.skip('dial-in', 'no extension', called, at);
    return;
  }
  if (called.leg !== undefined) return;
  const joined = state.legs.find(callId, extension.name, 'IN');
  if (joined !== undefined) {
    state.legs.join(joined, called);
    state.skip('dial-in', 'joined', called, at);
    return;
  }
  const number = callerNumber(origin);
  const params = { ...inParams(called, extension, origin, callId, number), ...shown };
  const caller = origin.channel;
  const leg = state.legs.open(called, extension, params, at, {
    dialled: false,
    openedAt: at,
    queue: called.queue ?? caller?.queue ?? origin.dialling?.queue,
    transferredBy: origin.dialling?.transferredBy ?? caller?.transferredBy,
    variables: merged(caller?.variables, called.variables),
  });
  if (caller !== undefined && caller.leg === undefined && number !== undefined) {
    leg.call.dialled ??= new Map();
    leg.call.dialled.set(caller.uniqueid, number);
  }
}

/** What the caller dialled: as its own leg says, for that keeps what the dialplan has moved on from. */
function callerNumber(origin: Origin): string | undefined {
  const leg = origin.consulted === undefined ? origin.channel?.leg : undefined;
  return (leg?.flow === 'OUT' ? leg.params.CalledNumber : undefined) ?? dialledNumber(origin);
}

function merged(
  first: Map<string, string> | undefined,
  second: Map<string, string> | undefined,
): Map<string, string> | undefined {
  return first === undefined && second === undefined ? undefined : new Map([...(first ?? []), ...(second ?? [])]);
}
