import type { CallFlow, CallParameters } from '../call-event.ts';
import { type Call, countsOf } from '../model/call.ts';
import type { Channel } from '../model/channel.ts';
import { dialResult } from '../model/dial.ts';
import type { State } from '../model/state.ts';

/** What is kept of a call on disk, as plain JSON, so that its legs get their Hangup after a restart of the bridge. */
export interface StoredCall {
  callId: string;
  /** How many legs each extension has had in the call, by `legName`. */
  counts: [string, number][];
  /** What callers without a leg dialled, by uniqueid. Absent in what earlier versions stored. */
  dialled?: [string, string][];
  legs: StoredLeg[];
}

interface StoredLeg {
  extension: string;
  flow: CallFlow;
  number: number;
  params: CallParameters;
  dialled: boolean;
  answered: boolean;
  answeredBy?: { extension: string; did?: string };
  openedAt?: number;
  answeredAt?: number;
  dialStatus?: string;
  transferredBy?: string;
  queue?: string;
  variables?: Record<string, string>;
  channels: StoredChannel[];
}

interface StoredChannel {
  uniqueid: string;
  name: string;
  linkedid: string;
  state: number;
  talked: boolean;
  pickedUp: boolean;
  /** The dials said that this phone did not answer. */
  refused: boolean;
}

export function storeCall(call: Call): StoredCall {
  return {
    callId: call.callId,
    counts: countsOf(call),
    ...(call.dialled !== undefined && { dialled: [...call.dialled] }),
    legs: call.legs.map((leg) => ({
      extension: leg.extension,
      flow: leg.flow,
      number: leg.number,
      params: leg.params,
      dialled: leg.dialled,
      answered: leg.answered,
      ...(leg.answeredBy !== undefined && { answeredBy: leg.answeredBy }),
      ...(leg.openedAt !== undefined && { openedAt: leg.openedAt }),
      ...(leg.answeredAt !== undefined && { answeredAt: leg.answeredAt }),
      ...(leg.dialStatus !== undefined && { dialStatus: leg.dialStatus }),
      ...(leg.transferredBy !== undefined && { transferredBy: leg.transferredBy }),
      ...(leg.queue !== undefined && { queue: leg.queue }),
      ...(leg.variables !== undefined && { variables: Object.fromEntries(leg.variables) }),
      channels: leg.channels.map(storeChannel),
    })),
  };
}

function storeChannel(channel: Channel): StoredChannel {
  return {
    uniqueid: channel.uniqueid,
    name: channel.name,
    linkedid: channel.linkedid,
    state: channel.state,
    talked: channel.wasConnected,
    pickedUp: channel.isPicker,
    refused: dialResult(channel) === 'not answered',
  };
}

/** Takes up a stored call: its legs are open again, without telling their Dial a second time. */
export function restoreCall(state: State, stored: StoredCall): void {
  state.legs.reopen(
    stored.callId,
    stored.counts,
    stored.dialled && new Map(stored.dialled),
    stored.legs.map((leg) => ({
      extension: leg.extension,
      flow: leg.flow,
      number: leg.number,
      params: leg.params,
      channels: leg.channels.map((channel) => restoreChannel(state, channel, leg)),
      dialled: leg.dialled,
      answered: leg.answered,
      answeredBy: leg.answeredBy,
      openedAt: leg.openedAt,
      answeredAt: leg.answeredAt,
      dialStatus: leg.dialStatus,
      cause: undefined,
      causeText: undefined,
      transferredBy: leg.transferredBy,
      queue: leg.queue,
      variables: leg.variables && new Map(Object.entries(leg.variables)),
    })),
  );
}

function restoreChannel(state: State, stored: StoredChannel, { flow, params }: StoredLeg): Channel {
  const channel = state.channels.restore(stored.uniqueid, stored.name, stored.linkedid);
  channel.state = stored.state;
  channel.wasUp = channel.isUp;
  channel.wasConnected = stored.talked;
  channel.isPicker = stored.pickedUp;
  channel.hasDialled = true;
  // Who was called has dialled no number.
  channel.dialledExten = flow === 'IN' ? '' : params.CalledNumber;
  if (stored.refused)
    channel.dialledBy = {
      source: undefined,
      dest: channel,
      exten: '',
      status: 'NOANSWER',
      beginMissed: true,
      endMayBeMissed: true,
    };
  return channel;
}
