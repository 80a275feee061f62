import type { Directory, Extension } from '../../config/directory/directory.ts';
import type { CallParameters } from '../call-event.ts';
import { isKnown, isKnownNumber } from '../model/ami-values.ts';
import { wasCalled } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import type { Origin } from './walk-back-to-caller.ts';

/** An absent part is unknown. */
interface CallerId {
  num: string | undefined;
  name: string | undefined;
}

const NO_CALLER_ID: CallerId = { num: undefined, name: undefined };

/**
 * The values with which an extension's own call begins.
 * @param number what it dialled; absent when that is not known
 */
export function outParams(
  caller: Channel,
  extension: Extension,
  number: string | undefined,
  directory: Directory,
): CallParameters {
  const { num, name } = callerId(caller);
  const called = number === undefined ? undefined : directory.ofDialled(number, caller.name);
  const params: CallParameters = {
    CallID: caller.linkedid,
    CallerExtension: extension.name,
    CallFlow: 'OUT',
    CallStatus: 'CALLING',
  };
  if (num !== undefined) params.CallerIDNum = num;
  if (name !== undefined) params.CallerIDNam = name;
  if (called !== undefined) params.CalledExtension = called.name;
  if (number !== undefined) params.CalledNumber = number;
  if (called?.did !== undefined) params.CalledDID = called.did;
  return params;
}

/**
 * The values with which an extension is called.
 * @param called its channel; absent for a queue or a line, which has none
 * @param callId the Linkedid of the channel that dials
 * @param number what the caller dialled; absent when that is not known
 * @param cameInOn the same of the caller's own call, where this one is a consultation
 */
export function inParams(
  called: Channel | undefined,
  extension: Extension,
  origin: Origin,
  callId: string,
  { number, cameInOn }: { number: string | undefined; cameInOn: string | undefined },
): CallParameters {
  const caller = origin.channel;
  const callerExtension = caller?.extension;
  const shown = shownCaller(called, caller);
  // Nobody called in when the PBX itself had called the caller, and it was then transferred.
  const isCalled = caller !== undefined && (caller.isOriginated || wasCalled(caller));
  const did = callerExtension === undefined && !isCalled ? cameInOn : extension.did;
  const params: CallParameters = {
    CallID: callId,
    CalledExtension: extension.name,
    CallFlow: 'IN',
    CallStatus: 'CALLING',
  };
  if (shown.num !== undefined) params.CallerIDNum = shown.num;
  if (shown.name !== undefined) params.CallerIDNam = shown.name;
  if (callerExtension !== undefined) params.CallerExtension = callerExtension.name;
  if (number !== undefined) params.CalledNumber = number;
  if (did !== undefined) params.CalledDID = did;
  return params;
}

/** As {@link shownCaller}, by the names of the parameters. */
export function shownParams(
  called: Channel,
  caller: Channel | undefined,
): Pick<CallParameters, 'CallerIDNum' | 'CallerIDNam'> {
  const { num, name } = shownCaller(called, caller);
  return { ...(num !== undefined && { CallerIDNum: num }), ...(name !== undefined && { CallerIDNam: name }) };
}

/** The caller id of a caller of whom no phone shows anything. */
export function callerParams(caller: Channel): Pick<CallParameters, 'CallerIDNum' | 'CallerIDNam'> {
  const { num, name } = callerId(caller);
  return { ...(num !== undefined && { CallerIDNum: num }), ...(name !== undefined && { CallerIDNam: name }) };
}

/** What the called phone shows: its connected line when the dial begins, else the caller's caller id. */
function shownCaller(called: Channel | undefined, caller: Channel | undefined): CallerId {
  const num = isKnownNumber(called?.connectedLineNum ?? '') ? called?.connectedLineNum : undefined;
  const name = isKnown(called?.connectedLineName ?? '') ? called?.connectedLineName : undefined;
  const own = caller === undefined ? NO_CALLER_ID : callerId(caller);
  return { num: num ?? own.num, name: name ?? (num === undefined || num === own.num ? own.name : undefined) };
}

/**
 * The caller id that a channel calls with. A party that an extension called, and that shows no number of its own, has
 * the number that was dialled to reach it.
 */
function callerId(channel: Channel): CallerId {
  return {
    num: isKnownNumber(channel.callerIdNum) ? channel.callerIdNum : channel.reachedAt,
    name: isKnown(channel.callerIdName) ? channel.callerIdName : undefined,
  };
}
