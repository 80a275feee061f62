import { connectQueue } from './connect.ts';
import { DUE_CHANNEL } from './queue-writer.ts';

/** The name of a worker's connection that listens, which every user of the database may see. */
export const LISTENER = 'call-events deliver, listening';

/** What is said with the hint when rules were published: what is due goes where they say now. */
export const RULES_HINT = 'rules';

const AGAIN_MS = 5000;

/**
 * Calls back when a service says that something is due. It is a hint: what is missed is found by looking.
 * @param onDue `what`: {@link RULES_HINT}, or nothing
 * @returns ends it
 */
export function listenForDue(url: string, onDue: (what: string) => void): () => Promise<void> {
  const pool = connectQueue(url, LISTENER, () => undefined);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let listening: { release(destroy: boolean): void } | undefined;
  const again = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void listen(), AGAIN_MS).unref();
  };
  const listen = async () => {
    try {
      const client = await pool.connect();
      if (stopped) {
        // The end waits for it.
        client.release(true);
        return;
      }
      listening = client;
      client.on('notification', ({ payload = '' }) => onDue(payload));
      client.once('error', () => {
        if (listening !== client) return;
        listening = undefined;
        client.release(true);
        again();
      });
      await client.query(`LISTEN ${DUE_CHANNEL}`);
    } catch {
      again();
    }
  };
  void listen();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    // It would listen for as long as it lives.
    listening?.release(true);
    listening = undefined;
    await pool.end();
  };
}
