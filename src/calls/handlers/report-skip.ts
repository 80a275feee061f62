import type { CallEventName } from '../call-event.ts';
import type { Channel } from '../model/channel.ts';
import type { TrackerState } from '../model/tracker-state.ts';
import type { SkipReason } from '../skipped-event.ts';

/**
 * Reports that something is not a call event, and why; for `--explain` and the log.
 * @param detail as `SkippedEvent.detail`
 */
export function reportSkip(
  state: TrackerState,
  expected: CallEventName,
  reason: SkipReason,
  channel: Channel,
  at: number | undefined,
  detail?: string,
): void {
  const callId = channel.leg?.call.callId ?? channel.linkedid;
  state.onSkipped?.({
    expected,
    reason,
    channel: channel.name,
    ...(channel.extension !== undefined && { extension: channel.extension.name }),
    ...(callId !== '' && { callId }),
    ...(detail !== undefined && { detail }),
    ...(at !== undefined && { at }),
  });
}
