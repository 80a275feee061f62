import type { CallEventName } from './call-event.ts';

/**
 * Why something that looks like a call event is not one. It is the answer to "why did nothing come?", so every place in
 * `calls` that decides against an event reports it with one of these.
 */
export interface SkippedEvent {
  /** The event that might have been expected. */
  expected: CallEventName;
  reason: SkipReason;
  /** Name of the channel that it would have been for. */
  channel: string;
  /** The channel's extension; absent when it has none. */
  extension?: string;
  /** CallID of the call that it is in; absent where that is not known. */
  callId?: string;
  /** The number or the CallID that belongs to the reason; absent where none does, or it is not known. */
  detail?: string;
  /** Milliseconds since 1970; absent in a log without timestamps. */
  at?: number;
}

export type SkipReason =
  /** The channel belongs to no configured extension; `detail`: its endpoint is in the channel's name. */
  | 'no extension'
  /** The number dialled (`detail`) matches `ignore`. */
  | 'ignored number'
  /** The phone rings for AMI Originate, a call file or the like: its own call has not begun. */
  | 'originated'
  /** Originate went to an application, or nowhere: there is no number, and nobody was dialled. */
  | 'no number'
  /** The channel joins an open leg of the same extension, call and direction. */
  | 'joined'
  /**
   * The channel belongs to a leg already (it was called, and by a transfer comes to dial on); `detail`: that one's
   * CallID.
   */
  | 'has a leg'
  /** It was called, but not as an extension of ours, and by a transfer comes to dial on: that is no call of its own. */
  | 'was called'
  /** The caller hung up, or the call ended, before it went anywhere. */
  | 'went nowhere'
  /** It was answered already when the service first saw it, after a gap or at the beginning of a log. */
  | 'seen too late'
  /** It was answered before the list of channels came after a gap, and ended before that could say what it was. */
  | 'ended after a gap'
  /** The number (`detail`) that a call from outside came in on is on no line. */
  | 'no line'
  /** The queue (`detail`) is no extension. */
  | 'no queue'
  /** It went Up to pick up another phone's call. */
  | 'pickup';
