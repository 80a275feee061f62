import type { OutboxAdmin } from '../../delivery/admin.ts';
import { NewerOutboxError } from '../../delivery/outbox/migrations.ts';
import { OutboxError } from '../../delivery/outbox/open-outbox.ts';
import { openExisting } from '../../delivery/outbox/sqlite-admin.ts';
import { nodeErrorCode } from '../../node-error-code.ts';

/**
 * Opens what a service keeps its deliveries in: the shared queue where it has one, for deliveries are moved there, else
 * the outbox.
 * @param path of the outbox
 * @param queue the address of the shared queue; absent: the service sends itself
 * @throws an error that {@link isStoreError} knows
 */
export async function openAdmin(path: string, queue: string | undefined): Promise<OutboxAdmin> {
  if (queue === undefined) return openExisting(path);
  const { openQueue } = await import('../../shared-queue/queue-admin.ts');
  try {
    return await openQueue(queue);
  } catch (error) {
    throw new OutboxError(
      'OUTBOX_CANNOT_OPEN',
      `the shared queue cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** Whether the outbox or the shared queue is to blame, and the message says all that the operator needs. */
export const isStoreError = (error: unknown): error is Error =>
  error instanceof OutboxError || error instanceof NewerOutboxError || nodeErrorCode(error) === 'ERR_SQLITE_ERROR';
