import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runProgram } from '../../../src/cli/program.ts';
import { captureIo } from '../../helpers/captured-io.ts';
import { hasPostgres, type Postgres, startPostgres } from '../../shared-queue/postgres.ts';
import { emptyQueue } from '../../shared-queue/queue-place.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres(['fsync = off']);
}, 120_000);
afterAll(() => postgres?.remove());

describeWithPostgres('deliver', () => {
  it.each([
    ['owner', 'postgres'],
    ['worker', 'worker'],
  ])('ends where the tables are of a newer version, and says so, as the %s', async (name, user) => {
    const url = await emptyQueue(postgres, `newer_${name}`);
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`UPDATE call_events.version SET version = 999;
      CREATE ROLE ${name} LOGIN; GRANT USAGE ON SCHEMA call_events TO ${name};
      GRANT SELECT ON call_events.version TO ${name}`);
    await client.end();
    const file = join(mkdtempSync(join(tmpdir(), 'call-events-deliver-')), 'deliver.yaml');
    writeFileSync(file, `queue: ${url.replace('postgres@', `${user}@`)}\n`);
    const captured = captureIo();
    expect(await runProgram(['deliver', '--config', file], captured.io)).toBe(1);
    expect(captured.stderr()).toMatch(
      /^the queue's tables are of a newer version \(999, this one knows \d+\); install/,
    );
  });

  it('waits for tables that another one may still make', async () => {
    const database = await emptyQueue(postgres, 'made_later');
    const owner = new pg.Client(database);
    await owner.connect();
    await owner.query('DROP SCHEMA call_events CASCADE; CREATE ROLE late LOGIN');
    const file = join(mkdtempSync(join(tmpdir(), 'call-events-deliver-')), 'deliver.yaml');
    writeFileSync(file, `queue: ${database.replace('postgres@', 'late@')}\n`);
    const captured = captureIo();
    const running = runProgram(['deliver', '--config', file], captured.io);
    await captured.saying('this user may not make them');
    captured.stop();
    expect(await running).toBe(0);
    await owner.end();
  });
});
