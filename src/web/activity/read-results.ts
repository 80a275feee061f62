import { HistoryError } from '../../delivery/history/history-error.ts';
import type { WebContext } from '../web-context.ts';
import type { Activity } from './activity.ts';
import type { Story } from './story.ts';

/** More deliveries a call has seldom. */
const ROWS = 200;

/** Whether a story has something of which it is not known what became of it. */
export function isWaiting({ entries }: Story): boolean {
  return entries.some(({ sent }) => sent.some(({ result }) => result === undefined || result.outcome === 'retry'));
}

/**
 * With a shared queue other processes send, and this one does not hear of it: what became of the deliveries of these stories is
 * read when somebody looks at them. Where it cannot be read, a story shows what it knows.
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
