import { once } from 'node:events';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { listenOn } from '../../src/shared-queue/listen-on.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

describeWithPostgres('a connection that listens', () => {
  it('is not kept where the database refuses to listen', async () => {
    const pool = connectQueue(postgres.url, 'test', () => undefined);
    const removed = once(pool, 'remove');
    // Any statement that fails; a standby refuses every LISTEN.
    const end = listenOn(pool, '"', () => undefined);
    await removed;
    end();
    await pool.end();
  });
});
