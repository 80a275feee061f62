import type { CallParameters } from '../../../src/calls/call-event.ts';
import type { Extension } from '../../../src/config/directory/directory.ts';
import { LINE } from '../../helpers/expected-groups.ts';
import { type EmittedLeg, nameOf } from '../invariant.ts';
import { DIRECTORY, type Line } from './cast.ts';

/** Who calls, as the definition of call events sees it. */
export interface Caller {
  line: Line;
  /** The number that it dialled. */
  number: string;
  /** The caller id with which it calls; by itself that of its line. */
  shown: { number: string; name: string };
  /** It was called, and by a transfer dials on: that makes no leg. */
  wasCalled?: true;
  /** Its OUT leg, once its call has gone somewhere. */
  out?: TrueLeg;
  /** The leg of the line on which it has called in. */
  onLine?: TrueLeg;
}

/** A leg that there is, because the model made it. */
export interface TrueLeg {
  callId: string;
  extension: string;
  flow: 'IN' | 'OUT';
  number: number;
  params: CallParameters;
  /** `by application`: its Hangup says ANSWER, but no Answer is reported. */
  answered: 'no' | 'by application' | 'yes';
  /** OUT, or a line's: the extension that answered last. */
  answeredBy?: Extension;
  /** IN: the uniqueids of the phones that rang; of a line, for its caller. */
  phones: string[];
  /** IN: its extension missed this call. */
  missed: boolean;
}

/** What really happened: the legs that must be reported, no more and no fewer. */
export interface Truth {
  readonly legs: ReadonlyMap<string, TrueLeg>;
  /** A call of an extension goes somewhere; a trunk's call, or one to a feature code, has no leg. */
  goesOut(caller: Caller, callId: string, how?: 'by application'): void;
  /** A call comes in from outside on the number that it shows: its line has a leg, whatever becomes of it. */
  callsIn(caller: Caller, callId: string): void;
  /** A phone is rung. `undefined`: it is nobody's. Several phones of one extension ring in one leg. */
  comesIn(caller: Caller, line: Line, callId: string, uniqueid: string): TrueLeg | undefined;
  answers(leg: TrueLeg | undefined, by?: Extension): void;
  /** Somebody answers the caller: nobody has missed the call then of those that rang for it until now. */
  connects(caller: Caller, leg: TrueLeg | undefined, by?: Extension): void;
  /** A leg that is none, but that nobody can know who has seen only a part of the call. */
  mightBe(line: Line, flow: 'IN' | 'OUT', callId: string): void;
  /** Those, by `withoutNumber`. */
  readonly possible: ReadonlySet<string>;
  /** A channel is no more. */
  gone(uniqueid: string): void;
}

export function createTruth(): Truth {
  const legs = new Map<string, TrueLeg>();
  const possible = new Set<string>();
  const counts = new Map<string, number>();
  const ringing = new Map<string, { leg: TrueLeg; uniqueids: Set<string> }>();
  /** The legs that rang for each caller since somebody answered it last. */
  const unanswered = new Map<Caller, TrueLeg[]>();

  function add(extension: string, params: CallParameters, answered: TrueLeg['answered']): TrueLeg {
    const { CallID: callId, CallFlow: flow } = params;
    const name = `${callId} ${extension} ${flow}`;
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    const leg: TrueLeg = { callId, extension, flow, number, params, answered, phones: [], missed: false };
    legs.set(nameOf(leg), leg);
    return leg;
  }

  function answer(leg: TrueLeg | undefined, by?: Extension): void {
    if (leg === undefined) return;
    leg.answered = 'yes';
    leg.missed = false;
    if (by !== undefined) leg.answeredBy = by;
  }

  /** Until somebody answers the caller, its call is missed: once, by the last time that the extension rang. */
  function rangFor(caller: Caller, leg: TrueLeg): void {
    const rung = unanswered.get(caller) ?? [];
    for (const before of rung)
      if (before.extension === leg.extension && before.callId === leg.callId) before.missed = false;
    leg.missed = caller.line.extension?.name !== leg.extension;
    unanswered.set(caller, [...rung, leg]);
  }

  return {
    legs,
    possible,
    mightBe(line, flow, callId) {
      if (line.extension !== undefined) possible.add(withoutNumber({ callId, extension: line.extension.name, flow }));
    },
    goesOut(caller, callId, how) {
      const { extension } = caller.line;
      if (extension === undefined || caller.wasCalled || DIRECTORY.isIgnored(caller.number)) return;
      if (caller.out !== undefined) {
        if (how === undefined && caller.out.answered === 'by application') caller.out.answered = 'no';
        return;
      }
      caller.out = add(extension.name, outParams(caller, extension, callId), how ?? 'no');
    },
    callsIn(caller, callId) {
      caller.onLine = add(LINE, lineParams(caller, callId), 'no');
      caller.onLine.missed = true;
    },
    comesIn(caller, line, callId, uniqueid) {
      caller.onLine?.phones.push(uniqueid);
      if (line.extension === undefined) return undefined;
      const name = `${callId} ${line.extension.name}`;
      const rings = ringing.get(name);
      if (rings !== undefined && rings.uniqueids.size > 0) {
        rings.uniqueids.add(uniqueid);
        rings.leg.phones.push(uniqueid);
        return rings.leg;
      }
      const leg = add(line.extension.name, inParams(caller, line.extension, callId), 'no');
      leg.phones.push(uniqueid);
      ringing.set(name, { leg, uniqueids: new Set([uniqueid]) });
      rangFor(caller, leg);
      return leg;
    },
    answers: answer,
    connects(caller, leg, by) {
      answer(leg);
      answer(caller.out, by);
      answer(caller.onLine, by);
      for (const rung of unanswered.get(caller) ?? []) rung.missed = false;
      unanswered.delete(caller);
    },
    gone(uniqueid) {
      for (const [name, { uniqueids }] of ringing) {
        if (uniqueids.delete(uniqueid) && uniqueids.size === 0) ringing.delete(name);
      }
    },
  };
}

/** An extension's part in a call, whichever of its legs. */
export function withoutNumber({ callId, extension, flow }: Pick<EmittedLeg, 'callId' | 'extension' | 'flow'>): string {
  return `${callId} ${extension} ${flow}`;
}

function outParams({ number, shown }: Caller, extension: Extension, callId: string): CallParameters {
  const called = DIRECTORY.ofNumber(number);
  return {
    CallID: callId,
    ...shownParams(shown),
    CallerExtension: extension.name,
    ...(called !== undefined && { CalledExtension: called.name }),
    CalledNumber: number,
    ...(called?.did !== undefined && { CalledDID: called.did }),
    CallFlow: 'OUT',
    CallStatus: 'CALLING',
  };
}

function inParams({ line, number, shown }: Caller, extension: Extension, callId: string): CallParameters {
  const calledDid = line.extension === undefined ? number : extension.did;
  return {
    CallID: callId,
    ...shownParams(shown),
    ...(line.extension !== undefined && { CallerExtension: line.extension.name }),
    CalledExtension: extension.name,
    CalledNumber: number,
    ...(calledDid !== undefined && { CalledDID: calledDid }),
    CallFlow: 'IN',
    CallStatus: 'CALLING',
  };
}

function lineParams({ line, number }: Caller, callId: string): CallParameters {
  return {
    CallID: callId,
    ...shownParams(line),
    CalledExtension: LINE,
    CalledNumber: number,
    CalledDID: number,
    CallFlow: 'IN',
    CallStatus: 'CALLING',
  };
}

function shownParams({ number, name }: Caller['shown']): Pick<CallParameters, 'CallerIDNum' | 'CallerIDNam'> {
  return {
    ...(isKnown(number) && { CallerIDNum: number }),
    ...(isKnown(name) && { CallerIDNam: name }),
  };
}

function isKnown(value: string): boolean {
  return value !== '' && value !== '<unknown>';
}

/** What must be emitted of a leg: its events, and the parameters of the first and of the last one. */
export function expectedOf(leg: TrueLeg): object {
  const flow = leg.flow.toLowerCase();
  const hangup: CallParameters = { ...leg.params, CallStatus: leg.answered === 'no' ? 'UNKNOWN' : 'ANSWER' };
  if (leg.answeredBy !== undefined) {
    hangup.CalledExtension = leg.answeredBy.name;
    if (leg.flow === 'OUT') {
      delete hangup.CalledDID;
      if (leg.answeredBy.did !== undefined) hangup.CalledDID = leg.answeredBy.did;
    }
  }
  const events = [
    `dial-${flow}`,
    ...(leg.answered === 'yes' ? [`answer-${flow}`] : []),
    'hangup',
    ...(leg.missed ? ['missed'] : []),
  ];
  return { events, dial: leg.params, hangup };
}

/** The same of a leg that was reported. */
export function emittedOf({ events }: EmittedLeg): object {
  return {
    events: events.map(({ event }) => event),
    dial: events[0]?.params,
    hangup: events.find(({ event }) => event === 'hangup')?.params,
  };
}
