/**
 * The AMI events that the service uses, as one discriminated union: what `ami` gives and `calls` takes.
 *
 * Names and fields follow Asterisk's AMI 2.x and later (Asterisk 12 and later); events of AMI 1.x are translated to
 * these terms by `decode/ami1`. Every string is as Asterisk sent it, so `''` stands for a header that was empty or
 * absent, and `<unknown>` is kept: what counts as unknown is for `calls` to say.
 *
 * Source: https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/
 */
export type AmiEvent =
  | Newchannel
  | Newstate
  | NewCallerid
  | NewConnectedLine
  | Newexten
  | Rename
  | Hangup
  | DialBegin
  | DialEnd
  | BridgeEnter
  | BridgeLeave
  | LocalBridge
  | LocalOptimizationEnd
  | Pickup
  | BlindTransfer
  | AttendedTransfer
  | OriginateResponse
  | VarSet
  | QueueCallerJoin
  | QueueCallerLeave
  | QueueCallerAbandon
  | AgentConnect
  | AgentComplete
  | ChannelListRequested
  | ChannelList
  | ChannelListUnavailable
  | ChannelCheckRequested
  | ChannelCheck
  | Startup
  | Restarted
  | ClockSet
  | Tick;

/** What all of them have. */
interface At {
  /**
   * Milliseconds since 1970: the event's own `Timestamp`, else when it was read. Absent in a log without timestamps.
   */
  at?: number;
}

/** What AMI shows of a channel in nearly every event of class `call`. */
export interface ChannelSnapshot {
  /** Name: `PJSIP/101-0000001f`, `Local/101@ctx-00000002;1`. */
  channel: string;
  uniqueid: string;
  /** `''` before Asterisk 12. */
  linkedid: string;
  /** `ChannelState` as a number: 0 Down, 3 Dialing, 4 Ring, 5 Ringing, 6 Up. -1 when the event shows none. */
  state: number;
  callerIdNum: string;
  callerIdName: string;
  connectedLineNum: string;
  connectedLineName: string;
  /** The dialplan's context in which `exten` is. Absent when the event shows none. */
  context?: string;
  exten: string;
}

/** `ChannelState` of a channel that neither calls nor is called yet. */
export const DOWN = 0;
/** `ChannelState` of a channel that was answered. */
export const UP = 6;
/** `ChannelState` of a channel that is calling. */
export const RING = 4;
/** `ChannelState` of a channel whose phone rings. */
export const RINGING = 5;

export interface Newchannel extends At, ChannelSnapshot {
  event: 'Newchannel';
}
export interface Newstate extends At, ChannelSnapshot {
  event: 'Newstate';
}
export interface NewCallerid extends At, ChannelSnapshot {
  event: 'NewCallerid';
}
export interface NewConnectedLine extends At, ChannelSnapshot {
  event: 'NewConnectedLine';
}

/** A step of the dialplan; comes only with class `dialplan`. */
export interface Newexten extends At, ChannelSnapshot {
  event: 'Newexten';
}

/** A channel changes its name (masquerade). Asterisk 12 and later keep the uniqueid. */
export interface Rename extends At {
  event: 'Rename';
  uniqueid: string;
  channel: string;
  newname: string;
}

export interface Hangup extends At, ChannelSnapshot {
  event: 'Hangup';
  /** Q.850 cause; -1 when absent. */
  cause: number;
  causeText: string;
}

/**
 * A dial begins. Without `source`, Asterisk itself dials: AMI Originate, a call file, Page(), or a transferrer who is
 * rung again.
 */
export interface DialBegin extends At {
  event: 'DialBegin';
  source?: ChannelSnapshot;
  dest: ChannelSnapshot;
}

export interface DialEnd extends At {
  event: 'DialEnd';
  source?: ChannelSnapshot;
  dest: ChannelSnapshot;
  /** ABORT, ANSWER, BUSY, CANCEL, CHANUNAVAIL, CONGESTION, CONTINUE, GOTO, NOANSWER. */
  dialStatus: string;
  /** The number that a 302 or call forward names; `''` when none. */
  forward: string;
}

interface BridgeFields {
  bridge: string;
  /** `BridgeType`: `basic`, `parking`, `stasis`, `base` … */
  bridgeType: string;
  /** `BridgeTechnology`: `simple_bridge`, `native_rtp`, `softmix`, `holding_bridge` … */
  technology: string;
  /** The application that made it: `ConfBridge`, `Parking`, `<unknown>` … */
  creator: string;
}
export interface BridgeEnter extends At, BridgeFields, ChannelSnapshot {
  event: 'BridgeEnter';
}
export interface BridgeLeave extends At, BridgeFields, ChannelSnapshot {
  event: 'BridgeLeave';
}

/** The two halves of a Local channel are joined. */
export interface LocalBridge extends At {
  event: 'LocalBridge';
  one: ChannelSnapshot;
  two: ChannelSnapshot;
}

/** A Local channel has been optimised away: its two halves will hang up. */
export interface LocalOptimizationEnd extends At {
  event: 'LocalOptimizationEnd';
  one: ChannelSnapshot;
  two: ChannelSnapshot;
}

/** `channel` takes over the ringing call of `target`. */
export interface Pickup extends At, ChannelSnapshot {
  event: 'Pickup';
  target: ChannelSnapshot;
}

export interface BlindTransfer extends At {
  event: 'BlindTransfer';
  transferer: ChannelSnapshot;
  /** Absent when a whole bridge was transferred. */
  transferee?: ChannelSnapshot;
  extension: string;
  /** `Success`, `Fail`, `Invalid`, `Not Permitted`. */
  result: string;
}

export interface AttendedTransfer extends At {
  event: 'AttendedTransfer';
  /** The transferer's channel to the first party, and to the second. */
  origTransferer: ChannelSnapshot;
  secondTransferer: ChannelSnapshot;
  transferee?: ChannelSnapshot;
  transferTarget?: ChannelSnapshot;
  result: string;
}

export interface OriginateResponse extends At {
  event: 'OriginateResponse';
  /** `Success` or `Failure`. */
  response: string;
  channel: string;
  /** `<null>` when the call failed before it had a channel. */
  uniqueid: string;
  exten: string;
  application: string;
}

/** A channel variable is set; comes only with class `dialplan`, or as `ChanVariable` of other events. */
export interface VarSet extends At {
  event: 'VarSet';
  channel: string;
  uniqueid: string;
  variable: string;
  value: string;
}

/** A channel enters a queue; comes only with class `agent`. */
export interface QueueCallerJoin extends At, ChannelSnapshot {
  event: 'QueueCallerJoin';
  queue: string;
}

/**
 * A channel is in a queue no more: it hung up, is about to be connected with an agent, or its dialplan goes on. With
 * class `agent`.
 */
export interface QueueCallerLeave extends At, ChannelSnapshot {
  event: 'QueueCallerLeave';
  queue: string;
}

/** A caller hung up while it waited. With class `agent`. */
export interface QueueCallerAbandon extends At, ChannelSnapshot {
  event: 'QueueCallerAbandon';
  queue: string;
}

/** A queue connects its caller with an agent. With class `agent`. */
export interface AgentConnect extends At, ChannelSnapshot {
  event: 'AgentConnect';
  queue: string;
  /** The agent's channel; absent where it is not known. */
  dest?: ChannelSnapshot;
}

/** Caller and agent have parted: one has hung up, or was transferred. With class `agent`. */
export interface AgentComplete extends At, ChannelSnapshot {
  event: 'AgentComplete';
  queue: string;
  /** The agent's channel; absent where it is not known. */
  dest?: ChannelSnapshot;
}

/** One caller that waits in a queue, as `QueueStatus` lists them. */
export interface QueueEntry {
  queue: string;
  uniqueid: string;
}

/** One living channel of a {@link ChannelList} answer. */
export interface ListedChannel extends ChannelSnapshot {
  application: string;
  applicationData: string;
  /** Uniqueid of the bridge that it is in; `''` when in none. */
  bridge: string;
  /**
   * The number that it dialled, whatever Exten the dialplan has moved on to: `DNID` of `Status`, which is the Exten of
   * its Newchannel. `''`: it dialled none. Absent: unknown.
   */
  dnid?: string;
  /** Those of its channel variables that were asked for and are set, by name. */
  variables?: Record<string, string>;
}

/**
 * `CoreShowChannels` is about to be sent: after a login, when Asterisk has finished starting, or because an earlier
 * list was not answered. Only channels known by now may end by its answer.
 */
export interface ChannelListRequested extends At {
  event: 'ChannelListRequested';
}

/** The answer to `CoreShowChannels`, put together: the channels alive now that the connection is back. */
export interface ChannelList extends At {
  event: 'ChannelList';
  channels: ListedChannel[];
  /** Who waits in queues, as asked just before. Absent: it was not asked, or not answered. */
  queued?: readonly QueueEntry[];
}

/** No answer to `CoreShowChannels` is to be expected: refused, or none came. What was known goes on. */
export interface ChannelListUnavailable extends At {
  event: 'ChannelListUnavailable';
}

/** What a list shows of a channel when only that it lives is asked. */
export interface LivingChannel {
  uniqueid: string;
  /** Its name. */
  channel: string;
}

/**
 * While events come as always, Asterisk is about to be asked which channels live. Made by the session, without a time.
 */
export interface ChannelCheckRequested extends At {
  event: 'ChannelCheckRequested';
}

/** The answer to that; all events that Asterisk had sent before it was put together have been emitted. */
export interface ChannelCheck extends At {
  event: 'ChannelCheck';
  channels: LivingChannel[];
}

/**
 * When Asterisk was started, in its own words, the same for all that ask; empty where it does not say (the right to ask
 * is missing). Made by the session after each login, before any event of a call.
 */
export interface Startup extends At {
  event: 'Startup';
  startup: string;
}

/** Asterisk was restarted: nothing of the old calls is alive. */
export interface Restarted extends At {
  event: 'Restarted';
}

/**
 * Asterisk's clock was set: what comes after is `by` milliseconds later than it would have been, or earlier. Made by
 * the service, not by Asterisk.
 */
export interface ClockSet extends At {
  event: 'ClockSet';
  by: number;
}

/** Time passes: `at` is now. */
export interface Tick {
  event: 'Tick';
  at: number;
}
