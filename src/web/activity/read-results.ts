import { HistoryError } from '../../delivery/history/history-error.ts';
import type { WebContext } from '../web-context.ts';
import type { Activity } from './activity.ts';
import type { Story } from './story.ts';

/** Deliveries read for one call; few calls have more. */
const ROWS = 200;

/** Whether a story has a delivery whose final result is not known. */
export function isWaiting({ entries }: Story): boolean {
  return entries.some(({ sent }) => sent.some(({ result }) => result === undefined || result.outcome === 'retry'));
}

/**
 * With a shared queue other processes send, and this one does not hear of the results: the results of these stories'
 * deliveries are read when somebody looks at the stories. Where they cannot be read, a story shows the results it has.
 */
export async function readResults(
  shown: readonly Story[],
  { stories, history }: Pick<Activity, 'stories' | 'history'>,
  { config }: Pick<WebContext, 'config'>,
): Promise<void> {
  if (config.queue === undefined) return;
  const read = shown.map(async ({ callId }) => {
    const { rows } = await history.page({ callId }, ROWS);
    for (const row of rows) stories.stored(row);
  });
  await Promise.all(read).catch((error: unknown) => {
    if (!(error instanceof HistoryError)) throw error;
  });
}
