import type { Directory, Extension } from '../../config/directory/directory.ts';
import type { CallParameters } from '../call-event.ts';
import { isKnown, isKnownNumber } from '../model/ami-values.ts';
import { wasCalled } from '../model/call-direction.ts';
import type { Channel } from '../model/channel.ts';
import type { Origin } from './walk-back-to-caller.ts';

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
  return {
    CallID: caller.linkedid,
    ...(num !== undefined && { CallerIDNum: num }),
    ...(name !== undefined && { CallerIDNam: name }),
    CallerExtension: extension.name,
    ...(called !== undefined && { CalledExtension: called.name }),
    ...(number !== undefined && { CalledNumber: number }),
    ...(called?.did !== undefined && { CalledDID: called.did }),
    CallFlow: 'OUT',
    CallStatus: 'CALLING',
  };
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
  return {
    CallID: callId,
    ...(shown.num !== undefined && { CallerIDNum: shown.num }),
    ...(shown.name !== undefined && { CallerIDNam: shown.name }),
    ...(callerExtension !== undefined && { CallerExtension: callerExtension.name }),
    CalledExtension: extension.name,
    ...(number !== undefined && { CalledNumber: number }),
    ...(did !== undefined && { CalledDID: did }),
    CallFlow: 'IN',
    CallStatus: 'CALLING',
  };
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
function shownCaller(called: Channel | undefined, caller: Channel | undefined): { num?: string; name?: string } {
  const num = isKnownNumber(called?.connectedLineNum ?? '') ? called?.connectedLineNum : undefined;
  const name = isKnown(called?.connectedLineName ?? '') ? called?.connectedLineName : undefined;
  const own = caller === undefined ? {} : callerId(caller);
  const shownNum = num ?? own.num;
  const shownName = name ?? (num === undefined || num === own.num ? own.name : undefined);
  return {
    ...(shownNum !== undefined && { num: shownNum }),
    ...(shownName !== undefined && { name: shownName }),
  };
}

/**
 * The caller id that a channel calls with; an absent part is unknown. A party that an extension called, and that shows no
 * number of its own, has the number that was dialled to reach it.
 */
function callerId(channel: Channel): { num?: string; name?: string } {
  const num = isKnownNumber(channel.callerIdNum) ? channel.callerIdNum : channel.reachedAt;
  return {
    ...(num !== undefined && { num }),
    ...(isKnown(channel.callerIdName) && { name: channel.callerIdName }),
  };
}
