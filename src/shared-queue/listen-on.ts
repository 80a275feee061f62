import type { QueuePool } from './connect.ts';

const AGAIN_MS = 5000;

/**
 * Listens on a channel by a connection of the pool; one that is cut is made anew.
 * @param onHint with what was said
 * @returns ends it; to be called before the pool is ended
 */
export function listenOn(pool: QueuePool, channel: string, onHint: (what: string) => void): () => void {
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
        // The end of the pool waits for it.
        client.release(true);
        return;
      }
      listening = client;
      client.on('notification', ({ payload = '' }) => onHint(payload));
      client.once('error', () => {
        if (listening !== client) return;
        listening = undefined;
        client.release(true);
        again();
      });
      await client.query(`LISTEN ${channel}`);
    } catch {
      again();
    }
  };
  void listen();
  return () => {
    stopped = true;
    clearTimeout(timer);
    // It would listen for as long as it lives.
    listening?.release(true);
    listening = undefined;
  };
}
