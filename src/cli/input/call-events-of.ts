import type { CallEvent } from '../../calls/call-event.ts';
import { NewerOutboxError } from '../../delivery/outbox/migrations.ts';
import { OutboxError } from '../../delivery/outbox/open-outbox.ts';
import { openExisting } from '../../delivery/outbox/sqlite-admin.ts';

/** The most deliveries of one call that are read; a busy queue makes some hundreds. */
const MOST_OF_A_CALL = 10_000;

/**
 * The call events of a real call, from the outbox.
 * @param callId `last`: of the newest call that an extension has deliveries of
 * @returns its call events, in their order; or a text with the reason why there are none
 */
export async function callEventsOf(path: string, callId: string, extension: string): Promise<CallEvent[] | string> {
  try {
    const outbox = openExisting(path);
    try {
      const [newest] = callId === 'last' ? await outbox.find({ extension }, 1) : [{ callId }];
      if (newest === undefined) return `${path} has no delivery of ${extension} yet: there is no last call`;
      const all = await outbox.find({ callId: newest.callId }, MOST_OF_A_CALL);
      const events = all.flatMap(({ callEvent }) => callEvent ?? []);
      return events.length > 0
        ? events
        : `${path} has nothing of the call ${newest.callId}; see: call-events deliveries list`;
    } finally {
      await outbox.close();
    }
  } catch (error) {
    if (!(error instanceof OutboxError || error instanceof NewerOutboxError)) throw error;
    return error.message;
  }
}
