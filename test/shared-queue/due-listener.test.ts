import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenForDue } from '../../src/shared-queue/due-listener.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

describeWithPostgres('the listener for what is due', () => {
  it('ends while it is still connecting', async () => {
    const end = listenForDue(postgres.url, () => undefined);
    await expect(end()).resolves.toBeUndefined();
  });
});
