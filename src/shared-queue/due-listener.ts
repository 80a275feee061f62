import { connectQueue } from './connect.ts';
import { DUE_CHANNEL } from './queue-writer.ts';

/** The name of a worker's connection that listens, which every user of the database may see. */
export const LISTENER = 'call-events deliver, listening';

const AGAIN_MS = 5000;

/** Calls back when a service says that something is due. It is a hint: what is missed is found by looking. @returns ends it */
export function listenForDue(url: string, onDue: () => void): () => Promise<void> {
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
      client.on('notification', onDue);
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
