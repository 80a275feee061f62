import type { CallFlow, CallParameters } from '../call-event.ts';
import type { Call } from '../model/call.ts';
import type { Channel } from '../model/channel.ts';
import { createDial, dialResult } from '../model/dial.ts';
import type { Leg, LegKind } from '../model/leg.ts';
import type { Rung, StoredRung } from '../model/missed-calls.ts';
import type { TrackerState } from '../model/tracker-state.ts';

/** What is kept of a call on disk, as plain JSON, so that its legs get their Hangup after a restart of the service. */
export interface StoredCall {
  callId: string;
  /** The server's name in config.yaml. Absent: there was only one. */
  server?: string;
  /**
   * `Call.numbersByCaller`: what callers without a leg dialled, by Uniqueid. Absent: nothing, or an earlier version
   * stored the call.
   */
  dialled?: [string, string][];
  /** The CallID of the call that it was joined with. Absent: with none, or an earlier version stored the call. */
  relatedCallId?: string;
  /** How often callers have joined a queue, by Uniqueid. Absent: none has. */
  joins?: [string, number][];
  legs: StoredLeg[];
  /** Whom its origins have rung and not reached. Absent: nobody, or an earlier version stored the call. */
  rung?: StoredRung[];
}

/** As `MutableLeg`; what is absent there is left out. */
export interface StoredLeg {
  extension: string;
  /** Absent: `phones`. */
  kind?: LegKind;
  flow: CallFlow;
  /** Absent: an earlier version stored the leg. */
  uniqueid?: string;
  startup?: string;
  /** Absent: its beginning was seen. */
  partial?: true;
  params: CallParameters;
  /** `Leg.causedDial`. */
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
  /** A queue's. */
  agent?: StoredChannel;
}

interface StoredChannel {
  uniqueid: string;
  name: string;
  linkedid: string;
  state: number;
  /** It was connected with another party. */
  talked: boolean;
  /** It is a picker: it took over another phone's ringing call. */
  pickedUp: boolean;
  /** By its dials, this phone did not answer. */
  refused: boolean;
}

/** What to keep of a call. */
export function storeCall(call: Call): StoredCall {
  return {
    callId: call.callId,
    ...(call.numbersByCaller !== undefined && { dialled: [...call.numbersByCaller] }),
    ...(call.relatedCallId !== undefined && { relatedCallId: call.relatedCallId }),
    ...(call.joins !== undefined && { joins: [...call.joins] }),
    legs: call.legs.map((leg) => ({
      extension: leg.extension,
      ...(leg.kind !== 'phones' && { kind: leg.kind }),
      flow: leg.flow,
      uniqueid: leg.uniqueid,
      startup: leg.startup,
      ...(leg.partial && { partial: true as const }),
      params: leg.params,
      dialled: leg.causedDial,
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
      ...(leg.agent !== undefined && { agent: storeChannel(leg.agent) }),
    })),
    ...(call.rung !== undefined && { rung: call.rung.map(storeRung) }),
  };
}

function storeRung({ call: _, leg, ...stored }: Rung): StoredRung {
  return { ...stored, ...(leg !== undefined && { legUniqueid: leg.uniqueid }) };
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
export function restoreCall(state: TrackerState, stored: StoredCall): void {
  const dialled = new Map(stored.dialled);
  state.legs.reopen(
    {
      callId: stored.callId,
      numbersByCaller: stored.dialled && new Map(stored.dialled),
      joins: stored.joins && new Map(stored.joins),
      ...(stored.relatedCallId !== undefined && { relatedCallId: stored.relatedCallId }),
    },
    // An extension's own channels first: its leg says more of them.
    stored.legs
      .toSorted((a, b) => Number(a.kind !== undefined) - Number(b.kind !== undefined))
      .map((leg) =>
        legFrom(
          leg,
          leg.channels.map((channel) => restoreChannelOf(state, channel, leg, dialled)),
          restoreAgent(state, leg),
        ),
      ),
    stored.rung ?? [],
  );
}

/** A stored leg as it was. @param channels its living channels, and that of its agent */
export function legFrom(leg: StoredLeg, channels: readonly Channel[], agent: Channel | undefined): Omit<Leg, 'call'> {
  return {
    extension: leg.extension,
    kind: leg.kind ?? 'phones',
    flow: leg.flow,
    uniqueid: leg.uniqueid ?? leg.channels[0]?.uniqueid ?? '',
    startup: leg.startup ?? '',
    partial: leg.partial ?? false,
    params: leg.params,
    channels,
    origin: undefined,
    causedDial: leg.dialled,
    answered: leg.answered,
    answeredBy: leg.answeredBy,
    openedAt: leg.openedAt,
    answeredAt: leg.answeredAt,
    dialStatus: leg.dialStatus,
    cause: undefined,
    causeText: undefined,
    transferredBy: leg.transferredBy,
    queue: leg.queue,
    leftAt: undefined,
    agent,
    variables: leg.variables && new Map(Object.entries(leg.variables)),
    caller: leg.caller && {
      uniqueid: leg.caller.uniqueid,
      variables: new Map(Object.entries(leg.caller.variables)),
    },
  };
}

/** One of a stored leg's channels. @param dialled what callers of its call dialled, by Uniqueid */
export function restoreChannelOf(
  state: TrackerState,
  channel: StoredChannel,
  leg: StoredLeg,
  dialled: ReadonlyMap<string, string>,
): Channel {
  return leg.kind === undefined
    ? restoreChannel(state, channel, leg)
    : restoreOther(state, channel, dialled.get(channel.uniqueid));
}

/** The channel of a stored leg's agent: it was called, and has dialled nothing. Absent: the leg has no agent. */
export function restoreAgent(state: TrackerState, { agent }: StoredLeg): Channel | undefined {
  if (agent === undefined) return undefined;
  const isKnown = state.channels.get(agent.uniqueid) !== undefined;
  const channel = restoreOther(state, agent, '');
  if (!isKnown && !agent.pickedUp) channel.markListedAsCallee();
  return channel;
}

/**
 * A channel that has part in a queue's or a line's leg: what it is in its call is for the list to say, as for one that
 * is not known, unless a leg of its own has said it.
 * @param dialled what it is known to have dialled; `''`: nothing, absent: not known
 */
function restoreOther(state: TrackerState, stored: StoredChannel, dialled: string | undefined): Channel {
  const known = state.channels.get(stored.uniqueid);
  if (known !== undefined) return known;
  const channel = state.channels.restore(stored.uniqueid, stored.name, stored.linkedid);
  channel.update({
    ...NOTHING_SHOWN,
    channel: stored.name,
    uniqueid: stored.uniqueid,
    linkedid: stored.linkedid,
    state: stored.state,
  });
  channel.markBeginningMissed(dialled);
  if (channel.isUp) channel.markUp(undefined);
  if (stored.talked) channel.markConnected();
  return channel;
}

const NOTHING_SHOWN = {
  callerIdNum: '',
  callerIdName: '',
  connectedLineNum: '',
  connectedLineName: '',
  exten: '',
};

function restoreChannel(state: TrackerState, stored: StoredChannel, { flow, params }: StoredLeg): Channel {
  const channel = state.channels.restore(stored.uniqueid, stored.name, stored.linkedid);
  channel.markRestored({
    // What an event has shown since is newer: nobody goes back from talking to ringing.
    state: Math.max(channel.state, stored.state),
    wasConnected: channel.wasConnected || stored.talked,
    isPicker: channel.isPicker || stored.pickedUp,
    // A phone that was called has dialled no number.
    dialledExten: flow === 'IN' ? '' : params.CalledNumber,
  });
  if (stored.refused && channel.incomingDial === undefined) {
    const outside = { source: undefined, exten: '', beginMissed: true, endMayBeMissed: true };
    channel.setIncomingDial(createDial({ ...outside, dest: channel, status: 'NOANSWER' }));
  }
  return channel;
}
