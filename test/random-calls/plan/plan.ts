/**
 * What is planned of one call: who calls whom, how each phone meets it, and what happens in the middle. It is drawn
 * from the seed alone; the exact timing of what then happens is the machine's. All times are milliseconds.
 */
export interface CallPlan {
  /** From 1; the names of all its callers begin with its {@link tag}, so that phones see which call they are in. */
  index: number;
  tag: string;
  kind: Kind;
  /** Draws what is not drawn beforehand: how a phone meets a call the second time. */
  seed: number;
  begins: Beginning;
  /** When the caller gives up, if nobody has answered. */
  cancelAfterMs?: number;
  /** How long the caller talks before it hangs up itself. */
  talkMs: number;
  /** Phones that are asked to accept the call by a digit. */
  asked: readonly string[];
  /** How phones meet the call the first time; the others as their luck has it. */
  meets: Readonly<Record<string, Meeting>>;
  middle: readonly Action[];
  pickups: readonly Pickup[];
}

export type Kind =
  | 'extension'
  | 'ring-group'
  | 'local-group'
  | 'hunt-group'
  | 'queue'
  | 'queues'
  | 'agents'
  | 'agent-login'
  | 'ivr'
  | 'application'
  | 'with-mobile'
  | 'acceptance'
  | 'follow-me'
  | 'subroutine'
  | 'intercom'
  | 'out'
  | 'trunk-to-trunk'
  | 'conference'
  | 'unknown-number'
  | 'feature-code'
  | 'twice-transferred'
  | 'click-to-call'
  | 'click-to-call-local'
  | 'click-to-call-file'
  | 'click-to-application';

/**
 * How the PBX is asked for a click to call: by an Originate that reports its end in an event, one that waits for it, or
 * a file in its spool. Only the first shows which number is called.
 */
export type OriginateWay = 'asynchronous' | 'synchronous' | 'call-file';

/** A phone calls, or the PBX makes a click to call. */
export type Beginning =
  | { how: 'phone'; phone: string; number: string; name: string; from: string }
  | { how: 'originate'; channel: string; extension: string; number: string; name: string; way: OriginateWay };

/** How a phone meets a call that rings it. */
export interface Meeting {
  does: 'answer' | 'ring' | 'busy' | 'decline' | 'unavailable' | 'forward';
  /** Absent: it does not say that it rings. */
  ringsAfterMs?: number;
  afterMs: number;
  /** Where a `forward` sends the caller. */
  to?: string;
  talkMs: number;
  /** Hangs up after that time; else it gives the caller a long time to. */
  hangsUp: boolean;
  /** What it does where it is asked to accept the call; absent where nobody asks. */
  asked?: { presses: '1' | '2' | ''; afterMs: number; hangsUp: boolean };
}

/** Who acts: the calling phone, the first phone that answers, or the phone that answers after a transfer. */
export type Side = 'caller' | 'called' | 'target';

/** What happens in the middle of a call, so long after the answer. */
export interface Action {
  side: Side;
  afterMs: number;
  what: ActionName;
  /** The number of a transfer. */
  to: string;
  /**
   * How long after that it goes on: the party on hold is taken back, a consultation is completed, a parked call is
   * fetched.
   */
  thenMs: number;
  consultation?: { mark: Mark; name: string; how: 'completed' | 'blonde' | 'abandoned' };
  fetchedBy: string;
}

export type ActionName =
  | 'refer'
  | 'consult'
  | 'hold'
  | 'park'
  | 'code-blind'
  | 'code-consult'
  | 'code-park'
  | 'ami-redirect'
  | 'ami-redirect-both'
  | 'ami-blind'
  | 'ami-consult'
  | 'ami-hangup';

/**
 * What stands behind the tag in the name of a call that belongs to another: consultations, pickups, fetching of a
 * parked call.
 */
export type Mark = '' | 'b' | 'd' | 'p' | 'f';

export interface Pickup {
  by: string;
  afterMs: number;
  /** Absent: by INVITE with Replaces. */
  code?: string;
}

/** Those after which a phone no longer shows in every case who talks to whom. */
export const TRANSFERS: readonly ActionName[] = [
  'refer',
  'consult',
  'park',
  'code-blind',
  'code-consult',
  'code-park',
  'ami-redirect',
  'ami-redirect-both',
  'ami-blind',
  'ami-consult',
];

/** Whose name or number a plan's call shows. */
export interface Tag {
  plan: number;
  mark: Mark;
}

export const tagOfPlan = (index: number): string => `C${String(index).padStart(4, '0')}`;

/** The number of a call from outside; it shows the plan where the name does not. */
export const outsideNumber = (index: number): string => `1415555${String(index).padStart(4, '0')}`;

export const keyOf = ({ plan, mark }: Tag): string => `${plan}${mark}`;
