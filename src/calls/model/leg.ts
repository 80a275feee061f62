import type { CallFlow, CallParameters, CallStatus } from '../call-event.ts';
import type { Call } from './call.ts';
import type { Channel } from './channel.ts';

/** One extension's part in one call: opened by its Dial event, ended by the Hangup of its last channel. */
export interface Leg {
  call: Call;
  extension: string;
  flow: CallFlow;
  /** 1 for the first leg of this extension in this call and flow. */
  number: number;
  /** The values of its Dial event. */
  params: CallParameters;
  /** Its living channels; replaced, not changed. */
  channels: readonly Channel[];
  /** OUT: a dial was caused by it. */
  dialled: boolean;
  answered: boolean;
  /** OUT: the extension that answered last. */
  answeredBy: { extension: string; did?: string } | undefined;
  /** Milliseconds since 1970; absent in a log without timestamps. */
  openedAt: number | undefined;
  answeredAt: number | undefined;
  /** DialStatus of the last dial that ended: towards it (IN), by it (OUT). */
  dialStatus: string | undefined;
  cause: number | undefined;
  causeText: string | undefined;
  transferredBy: string | undefined;
  queue: string | undefined;
  variables: Map<string, string> | undefined;
}

/** The parameters with which a leg's Answer or Hangup goes out. */
export function paramsOf(leg: Leg, status: CallStatus): CallParameters {
  const params: CallParameters = { ...leg.params, CallStatus: status };
  if (leg.flow === 'IN' || leg.answeredBy === undefined) return params;
  params.CalledExtension = leg.answeredBy.extension;
  if (leg.answeredBy.did === undefined) delete params.CalledDID;
  else params.CalledDID = leg.answeredBy.did;
  return params;
}
