import type { CallEvent } from '../../calls/call-event.ts';
import { isStoreError, openAdmin } from './open-admin.ts';

/** The most deliveries of one call that are read; a busy queue makes some hundreds. */
const MOST_OF_A_CALL = 10_000;

/**
 * The call events of a real call, from the outbox, or from the shared queue where deliveries are moved into one.
 * @param path of the outbox
 * @param queue the address of the shared queue; absent: there is none
 * @param callId `last`: of the newest call that an extension has deliveries of
 * @returns its call events, in their order; or a text with the reason why there are none
 */
export async function callEventsOf(
  path: string,
  queue: string | undefined,
  callId: string,
  extension: string,
): Promise<CallEvent[] | string> {
  const place = queue === undefined ? path : 'the shared queue';
  try {
    const outbox = await openAdmin(path, queue);
    try {
      const [newest] = callId === 'last' ? await outbox.find({ extension }, 1) : [{ callId }];
      if (newest === undefined) return `${place} has no delivery of ${extension} yet: there is no last call`;
      const all = await outbox.find({ callId: newest.callId }, MOST_OF_A_CALL);
      const events = all.flatMap(({ callEvent }) => callEvent ?? []);
      return events.length > 0
        ? events
        : `${place} has nothing of the call ${newest.callId}; see: call-events deliveries list`;
    } finally {
      await outbox.close();
    }
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return error.message;
  }
}
