import type { CallFlow, CallParameters } from '../call-event.ts';
import type { Call } from '../model/call.ts';
import type { Channel } from '../model/channel.ts';
import { createDial, dialResult } from '../model/dial.ts';
import type { Rung, StoredRung } from '../model/missed-calls.ts';
import type { State } from '../model/state.ts';

/** What is kept of a call on disk, as plain JSON, so that its legs get their Hangup after a restart of the service. */
export interface StoredCall {
  callId: string;
  /** The server's name in config.yaml. Absent: there was only one. */
  server?: string;
  /** What callers without a leg dialled, by Uniqueid. Absent: nothing, or an earlier version stored the call. */
  dialled?: [string, string][];
  /** The CallID of the call that it was joined with. Absent: with none, or an earlier version stored the call. */
  relatedCallId?: string;
  legs: StoredLeg[];
  /** Whom its origins have rung and not reached. Absent: nobody, or an earlier version stored the call. */
  rung?: StoredRung[];
}

/** As `MutableLeg`; what is absent there is left out. */
interface StoredLeg {
  extension: string;
  flow: CallFlow;
  /** Absent: an earlier version stored the leg. */
  uniqueid?: string;
  startup?: string;
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
  caller?: { uniqueid: string; variables: Record<string, string> };
  channels: StoredChannel[];
}

interface StoredChannel {
  uniqueid: string;
  name: string;
  linkedid: string;
  state: number;
  talked: boolean;
  pickedUp: boolean;
  /** By its dials, this phone did not answer. */
  refused: boolean;
}

/** What to keep of a call. */
export function storeCall(call: Call): StoredCall {
  return {
    callId: call.callId,
    ...(call.dialled !== undefined && { dialled: [...call.dialled] }),
    ...(call.relatedCallId !== undefined && { relatedCallId: call.relatedCallId }),
    legs: call.legs.map((leg) => ({
      extension: leg.extension,
      flow: leg.flow,
      uniqueid: leg.uniqueid,
      startup: leg.startup,
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
      ...(leg.caller !== undefined && {
        caller: { uniqueid: leg.caller.uniqueid, variables: Object.fromEntries(leg.caller.variables) },
      }),
      channels: leg.channels.map(storeChannel),
    })),
    ...(call.rung !== undefined && { rung: call.rung.map(storeRung) }),
  };
}

function storeRung({ call: _, leg: __, ...stored }: Rung): StoredRung {
  return stored;
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

/** Restores a stored call: its legs are open again; their Dial is not emitted a second time. */
export function restoreCall(state: State, stored: StoredCall): void {
  state.legs.reopen(
    {
      callId: stored.callId,
      dialled: stored.dialled && new Map(stored.dialled),
      ...(stored.relatedCallId !== undefined && { relatedCallId: stored.relatedCallId }),
    },
    stored.legs.map((leg) => ({
      extension: leg.extension,
      flow: leg.flow,
      uniqueid: leg.uniqueid ?? leg.channels[0]?.uniqueid ?? '',
      startup: leg.startup ?? '',
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
      caller: leg.caller && {
        uniqueid: leg.caller.uniqueid,
        variables: new Map(Object.entries(leg.caller.variables)),
      },
    })),
    stored.rung ?? [],
  );
}

function restoreChannel(state: State, stored: StoredChannel, { flow, params }: StoredLeg): Channel {
  const channel = state.channels.restore(stored.uniqueid, stored.name, stored.linkedid);
  channel.markRestored({
    state: stored.state,
    wasConnected: stored.talked,
    isPicker: stored.pickedUp,
    // A phone that was called has dialled no number.
    dialledExten: flow === 'IN' ? '' : params.CalledNumber,
  });
  if (stored.refused) {
    const outside = { source: undefined, exten: '', beginMissed: true, endMayBeMissed: true };
    channel.markDialled(createDial({ ...outside, dest: channel, status: 'NOANSWER' }));
  }
  return channel;
}
