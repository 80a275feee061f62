import { chmodSync, chownSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExaminedMachine } from '../../src/doctor/examined-machine.ts';
import { connectQueue } from '../../src/shared-queue/connect.ts';
import { listenForDue } from '../../src/shared-queue/due-listener.ts';
import { migrateQueue, QUEUE_VERSION } from '../../src/shared-queue/migrations.ts';
import { DoctorPlace } from '../helpers/doctor-place.ts';
import { Peers } from '../helpers/peers.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../helpers/tls-certificate.ts';
import { hasPostgres, type Postgres, startPostgres } from '../shared-queue/postgres.ts';

const describeWithPostgres = hasPostgres() ? describe : describe.skip;
const directory = temporaryDirectory();
const peers = new Peers();

let postgres: Postgres;
let place: DoctorPlace;
beforeAll(async () => {
  if (!hasPostgres()) return;
  chmodSync(directory.path, 0o755);
  const hba = directory.write(
    'pg_hba.conf',
    'host all guarded 127.0.0.1/32 scram-sha-256\nhost all stranger 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 trust\n',
  );
  const key = directory.write('server.key', PRIVATE_KEY);
  const certificate = directory.write('server.crt', CERTIFICATE);
  if (process.getuid?.() === 0) chownSync(key, 65_534, 65_534);
  chmodSync(key, 0o600);
  postgres = await startPostgres([
    'fsync = off',
    `hba_file = '${hba}'`,
    'ssl = on',
    `ssl_key_file = '${key}'`,
    `ssl_cert_file = '${certificate}'`,
  ]);
  await query("CREATE ROLE guarded LOGIN PASSWORD 'right'; CREATE ROLE stranger LOGIN; CREATE ROLE poor LOGIN");
}, 120_000);
beforeEach(async () => {
  place = await DoctorPlace.start();
});
afterEach(async () => {
  peers.close();
  await place.stop();
});
afterAll(() => postgres?.remove());

async function query(text: string): Promise<void> {
  const pool = connectQueue(postgres.url, 'test', () => undefined);
  await pool.query(text);
  await pool.end();
}

async function makeTables(): Promise<void> {
  const pool = connectQueue(postgres.url, 'test', () => undefined);
  await migrateQueue(pool);
  await pool.end();
}

/** What the doctor says of this queue. */
async function found(url: string, id = 'queue', machine: Partial<ExaminedMachine> = {}) {
  const asterisk = `name: office, port: ${place.running.asterisk.port}, username: callevents, secret: geheim`;
  place.configure({ asterisk, more: `queue: ${url}` });
  const { checks } = await place.examine(machine);
  return checks.filter((check) => check.id === id);
}

const at = (url: string) => new URL(url).host;

describeWithPostgres('doctor, with a shared queue', () => {
  it.each([
    ['guarded:wrong', '', /refuses the password of guarded/, /^psql -h 127\.0\.0\.1 -p \d+ -U guarded postgres /],
    [
      'guarded',
      '',
      /wants a password of guarded, and queue has none/,
      /^editor .*config\.yaml {5}\(queue: postgres:\/\/guarded:/,
    ],
    ['stranger', '', /lets stranger not in from here/, /pg_hba\.conf/],
    ['nobody-knows', '', /lets nobody-knows not in from here: role "nobody-knows" does not exist/, /pg_hba\.conf/],
    ['postgres', '?sslmode=verify-full', /is not signed by a trusted authority/, /sslrootcert=FILE/],
    [
      'postgres',
      '?sslmode=verify-full&sslrootcert=/nowhere.pem',
      /the file of sslrootcert is not there/,
      /sslrootcert=FILE/,
    ],
  ])('%s%s', async (user, parameters, message, remedy) => {
    const checks = await found(`${postgres.urlFor(user)}${parameters}`);
    expect(checks).toEqual([
      { id: 'queue', level: 'fault', message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) },
    ]);
    expect(JSON.stringify(checks)).not.toContain('wrong@');
  });

  it('a database that is not there', async () => {
    expect(await found(postgres.url.replace(/postgres$/, 'elsewhere'))).toMatchObject([
      {
        level: 'fault',
        message: `${at(postgres.url)} has no database elsewhere`,
        remedy: expect.stringMatching(/^createdb -h 127/),
      },
    ]);
  });

  it('nothing that listens, and what listens and is no database', async () => {
    expect(await found('postgres://u@127.0.0.1:1/q')).toMatchObject([
      {
        level: 'fault',
        message: 'nothing listens at 127.0.0.1:1',
        remedy: expect.stringMatching(/^pg_isready -h 127/),
      },
    ]);
    const refuses = createServer((socket) => socket.end('N'));
    const { port } = new URL(await peers.listening(refuses));
    expect(await found(`postgres://u@127.0.0.1:${port}/q?sslmode=require`)).toMatchObject([
      {
        level: 'fault',
        message: `127.0.0.1:${port} does not speak TLS`,
        remedy: expect.stringContaining('sslmode=disable'),
      },
    ]);
  });

  it('tables that are missing, of another version, or not to be seen; and it makes none', async () => {
    expect(await found(postgres.url)).toMatchObject([
      { level: 'fault', message: expect.stringContaining('has no tables of the queue yet') },
    ]);
    expect(await found(postgres.url)).toMatchObject([{ message: expect.stringContaining('has no tables') }]);
    await makeTables();
    expect(await found(postgres.urlFor('poor'))).toMatchObject([
      { level: 'fault', message: "poor may not see the queue's tables", remedy: expect.stringContaining('GRANT') },
    ]);
    await query(
      'GRANT USAGE ON SCHEMA call_events TO poor; GRANT SELECT ON call_events.version, call_events.deliveries TO poor',
    );
    expect(await found(postgres.urlFor('poor'))).toMatchObject([
      {
        level: 'fault',
        message: expect.stringMatching(/^poor lacks rights in the queue: INSERT on deliveries, UPDATE \(target\)/),
      },
    ]);
    await query('UPDATE call_events.version SET version = 99');
    expect(await found(postgres.url)).toMatchObject([
      { level: 'fault', message: expect.stringContaining('newer version (99') },
    ]);
    await query(`UPDATE call_events.version SET version = ${QUEUE_VERSION}`);
  });

  it('no worker; and one that is connected', async () => {
    await makeTables();
    expect(await found(postgres.url, 'workers')).toMatchObject([
      {
        level: 'fault',
        message: 'no worker is connected to the queue, so nothing is sent (0 requests of the last 24 hours wait)',
        remedy: expect.stringMatching(/^call-events deliver --config .*config\.yaml /),
      },
    ]);
    const start = 'systemctl enable --now call-events-deliver';
    const machine = { hasWorkerUnit: true };
    expect(await found(postgres.url, 'workers', machine)).toMatchObject([
      { remedy: expect.stringMatching(`^editor .*/deliver\\.yaml .*, then ${start}; `) },
    ]);
    place.write('deliver.yaml', `queue: ${postgres.url}\n`);
    expect(await found(postgres.url, 'workers', machine)).toMatchObject([
      { remedy: `${start}     (here, or on the host that is to send)` },
    ]);
    expect(await found(postgres.url)).toMatchObject([{ level: 'ok' }]);
    const end = listenForDue(postgres.url, () => undefined);
    try {
      await connected();
      expect(await found(postgres.url, 'workers')).toMatchObject([
        { level: 'ok', message: '1 worker is connected to it' },
      ]);
    } finally {
      await end();
    }
  });

  it("a worker's own configuration is whole with its queue alone", async () => {
    await makeTables();
    place.write('config.yaml', `queue: ${postgres.url}\n`, 0o640);
    const { checks } = await place.examine();
    expect(checks.find(({ id }) => id === 'config')).toMatchObject({
      level: 'ok',
      message: expect.stringContaining('a worker of the shared queue'),
    });
    expect(checks.map(({ id }) => id)).not.toContain('outbox');
    expect(checks.find(({ id }) => id === 'queue')).toMatchObject({ level: 'ok' });
  });

  it("a worker's host has the unit of the worker, and none of the service that must run", async () => {
    place.write('config.yaml', `queue: ${postgres.url}\n`, 0o640);
    place.write('unit-state', 'ActiveState=inactive\nUnitFileState=disabled\n');
    const service = async (machine: Partial<ExaminedMachine>) =>
      (await place.examine(machine)).checks.filter(({ id }) => id === 'service');
    expect(await service({ hasWorkerUnit: false })).toEqual([]);
    expect(await service({ hasWorkerUnit: true })).toEqual([
      {
        id: 'service',
        level: 'fault',
        message: 'the worker does not run (inactive)',
        remedy: 'systemctl enable --now call-events-deliver',
      },
    ]);
  });
});

/** Until the listener of a worker is there. */
async function connected(): Promise<void> {
  const pool = connectQueue(postgres.url, 'test', () => undefined);
  for (;;) {
    const { rows } = await pool.query(
      "SELECT FROM pg_stat_activity WHERE application_name LIKE 'call-events deliver%'",
    );
    if (rows.length > 0) break;
  }
  await pool.end();
}
