import type { PoolClient } from 'pg';
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
  let listening: PoolClient | undefined;
  const again = () => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void listen(), AGAIN_MS).unref();
  };
  /** It would listen for as long as it lives, and the end of the pool waits for it. */
  const letGo = (client: PoolClient) => {
    if (listening !== client) return;
    listening = undefined;
    client.release(true);
    again();
  };
  const listen = async () => {
    const client = await pool.connect().catch(() => undefined);
    if (client === undefined) return again();
    listening = client;
    if (stopped) return letGo(client);
    client.on('notification', ({ payload = '' }) => onHint(payload));
    client.on('error', () => letGo(client));
    // A standby refuses it, and a database that hangs says nothing.
    await client.query(`LISTEN ${channel}`).catch(() => letGo(client));
  };
  void listen();
  return () => {
    stopped = true;
    clearTimeout(timer);
    if (listening !== undefined) letGo(listening);
  };
}
