import { connectQueue } from './connect.ts';
import { listenOn } from './listen-on.ts';
import { DUE_CHANNEL } from './queue-writer.ts';

/** The name of a worker's connection that listens, which every user of the database may see. */
export const LISTENER = 'call-events deliver, listening';

/** What is said with the hint when rules were published: what is due goes where they say now. */
export const RULES_HINT = 'rules';

/**
 * Calls back when a service says that something is due. It is a hint: what is missed is found by looking.
 * @param onDue `what`: {@link RULES_HINT}, or nothing
 * @returns ends it
 */
export function listenForDue(url: string, onDue: (what: string) => void): () => Promise<void> {
  const pool = connectQueue(url, LISTENER, () => undefined);
  const end = listenOn(pool, DUE_CHANNEL, onDue);
  return async () => {
    end();
    await pool.end();
  };
}
