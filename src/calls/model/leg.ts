import type { Extension } from '../../config/directory/directory.ts';
import type { CallFlow, CallParameters, CallStatus } from '../call-event.ts';
import type { Call } from './call.ts';
import type { Channel } from './channel.ts';

/**
 * `phones`: an extension's own channels call or are called. `queue`: a caller's channel waits in it, or came through
 * it. `line`: a caller's channel has come in on it.
 */
export type LegKind = 'phones' | 'queue' | 'line';

/**
 * One extension's part in one call: opened by its Dial event, ended by the Hangup of its last channel. `Legs`, with
 * `LegChanges`, `SharedLegs` and `MissedCalls`, alone write it; all others have it as a {@link Leg}.
 */
export interface MutableLeg {
  call: Call;
  extension: string;
  /** What its extension is. */
  kind: LegKind;
  flow: CallFlow;
  /**
   * Uniqueid of its first channel (of a queue, with the number of its caller's join), and when the Asterisk was started
   * that it began on: its names (see `LegKey`).
   */
  uniqueid: string;
  startup: string;
  /** Its beginning, or that of its caller's channel, was not seen. */
  partial: boolean;
  /** The values of its Dial event. */
  params: CallParameters;
  /** Its living channels; replaced, not changed. */
  channels: readonly Channel[];
  /** IN: Uniqueid of the channel that rang it. Absent: not known. Written by `MissedCalls`; not stored. */
  origin: string | undefined;
  /** OUT: a dial was caused by it. */
  causedDial: boolean;
  answered: boolean;
  /** OUT, and a line's: the extension that answered last. Absent: none has. */
  answeredBy: { extension: string; did?: string } | undefined;
  /** Milliseconds since 1970; absent in a log without timestamps. */
  openedAt: number | undefined;
  /** The same. Absent also while nobody has answered. */
  answeredAt: number | undefined;
  /** DialStatus of the last dial that ended: towards it (IN), by it (OUT). Absent: none has. */
  dialStatus: string | undefined;
  /**
   * Q.850 cause of its last channel's Hangup, -1 when that named none, and Asterisk's text for it. Absent: no Hangup
   * came.
   */
  cause: number | undefined;
  causeText: string | undefined;
  /** The extension that transferred the call here. Absent: none did. */
  transferredBy: string | undefined;
  /** The queue that the call came through. Absent: none, or not known. */
  queue: string | undefined;
  /** A queue's: the channel of the agent who has answered. Absent: none has. */
  agent: Channel | undefined;
  /**
   * A queue's: when its caller left it to be connected with that agent. Absent: it waits, or without timestamps. Not
   * stored.
   */
  leftAt: number | undefined;
  /** The channel variables of its own channels that the configuration asks for, by name. Absent: none has a value. */
  variables: Map<string, string> | undefined;
  /**
   * IN: its caller, by Uniqueid, and the variables of that one. Absent: not known, or the configuration asks for none.
   */
  caller: LegCaller | undefined;
}

/** The caller of an IN leg, as far as its channel variables are sent with the leg: they may be set at any time. */
export interface LegCaller {
  uniqueid: string;
  variables: ReadonlyMap<string, string>;
}

/** A leg, as all but `Legs` use it. */
export type Leg = Readonly<MutableLeg>;

/** With what a leg opens. */
export interface LegOpening
  extends Pick<
    Leg,
    'kind' | 'partial' | 'causedDial' | 'openedAt' | 'queue' | 'transferredBy' | 'variables' | 'caller'
  > {
  extension: Extension;
  /** The values of its Dial event; flow and CallID are among them. */
  params: CallParameters;
  /**
   * IN: what a caller without a leg of its own dialled; absent when it has one, was called itself, or that is not
   * known.
   */
  callerDialled: { uniqueid: string; number: string } | undefined;
}

/** The parameters of a leg's Answer or Hangup: those of its Dial, but for the status and, once known, who answered. */
export function paramsOf(leg: Leg, status: CallStatus): CallParameters {
  const params: CallParameters = { ...leg.params, CallStatus: status };
  if (leg.answeredBy === undefined) return params;
  params.CalledExtension = leg.answeredBy.extension;
  // A line's number is the one that the call came in on.
  if (leg.flow === 'IN') return params;
  if (leg.answeredBy.did === undefined) delete params.CalledDID;
  else params.CalledDID = leg.answeredBy.did;
  return params;
}
