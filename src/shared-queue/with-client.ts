import type { ClientBase } from 'pg';
import type { QueuePool } from './connect.ts';
import { sqlStateOf } from './sqlstate.ts';

/**
 * Does something on one connection, which is used again afterwards unless it broke.
 * @param action what it has begun and not committed when it throws is rolled back
 * @throws what the action throws, and why there is no connection
 */
export async function withClient<T>(pool: QueuePool, action: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isUseless = false;
  // What runs on it fails with that; without a listener the process would end.
  const onError = () => {
    isUseless = true;
  };
  client.on('error', onError);
  try {
    return await action(client);
  } catch (error) {
    // Where the database has said no, the connection is as good as before.
    isUseless ||= sqlStateOf(error) === undefined || !(await rolledBack(client));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(isUseless);
  }
}

async function rolledBack(client: ClientBase): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}
