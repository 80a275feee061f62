import type { CallEvent } from '../calls/call-event.ts';

/** Who calls whom, and once it has ended what became of it: `+31612345678 → 101, missed`. */
export function describeCall({ event, params }: Pick<CallEvent, 'event' | 'params'>): string {
  const { CallerIDNum, CallerExtension, CalledExtension, CalledNumber, CallFlow, CallStatus } = params;
  const who = `${CallerExtension ?? CallerIDNum ?? 'hidden'} → ${CalledExtension ?? CalledNumber ?? '?'}`;
  if (event !== 'hangup') return who;
  if (CallStatus === 'ANSWER') return `${who}, answered`;
  return `${who}, ${CallFlow === 'IN' ? 'missed' : 'unanswered'}`;
}
