import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runProgram } from '../../src/cli/program.ts';
import { createLog } from '../../src/log.ts';
import { warningsOf } from '../../src/metrics/health.ts';
import { DeliverWorker } from '../../src/service/deliver-worker.ts';
import { Service } from '../../src/service/service.ts';
import { Arrivals } from '../helpers/arrivals.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { type FakeAsterisk, startFakeAsterisk } from '../helpers/fake-asterisk.ts';
import { type Receiver, startReceiver } from '../helpers/receiver.ts';
import { until } from '../helpers/until.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';

const ANSWERED = readFileSync(
  join(import.meta.dirname, '../../fixtures/direct-answered/asterisk22-pjsip.ami.log'),
  'utf8',
);
const untilHangup = ANSWERED.slice(0, ANSWERED.indexOf('Event: Hangup'));

/** `npm run test:queue` installs it. */
const describeWithPostgres = hasPostgres() ? describe : describe.skip;

let postgres: Postgres;
let database: pg.Client;
beforeAll(async () => {
  if (!hasPostgres()) return;
  postgres = await startPostgres(['fsync = off']);
  database = new pg.Client(postgres.url);
  database.on('error', () => undefined);
  await database.connect();
}, 120_000);
afterAll(async () => {
  await database?.end();
  postgres?.remove();
});

let asterisk: FakeAsterisk;
let receiver: Receiver;
let directory: string;
const ending: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  if (!hasPostgres()) return;
  await database.query('DROP SCHEMA IF EXISTS call_events CASCADE');
  [asterisk, receiver] = await Promise.all([startFakeAsterisk(), startReceiver()]);
  directory = mkdtempSync(join(tmpdir(), 'call-events-queue-'));
  ending.push(() => Promise.all([asterisk.stop(), receiver.stop()]));
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Logged {
  log: Arrivals<Record<string, unknown>>;
}

const logInto = (log: Arrivals<Record<string, unknown>>) => (level: string, secrets: readonly string[]) =>
  createLog(level, 'json', secrets, (line) => log.add(JSON.parse(line)));

async function startService(name = 'one', rules = RULES): Promise<Logged & { service: Service; file: string }> {
  const file = join(directory, `${name}.yaml`);
  writeFileSync(file, configOf(name, rules(receiver.url)));
  const log = new Arrivals<Record<string, unknown>>();
  const service = new Service({ configFile: file, env: {}, createLog: logInto(log) });
  ending.push(() => service.stop());
  await service.start();
  await asterisk.actions.count(1, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
  await log.until((lines) => lines.some(({ msg }) => String(msg).includes('are published in the shared queue')));
  return { service, log, file };
}

/** A service whose user may use these tables alone. @param before it starts, with the tables there */
async function startLonely(tables = WITHOUT_PAIR, before = async () => {}): Promise<Logged & { service: Service }> {
  const owner = await startService('one');
  await owner.service.stop();
  await database.query(`DROP ROLE IF EXISTS lonely; CREATE ROLE lonely LOGIN;
    GRANT USAGE ON SCHEMA call_events TO lonely;
    GRANT ALL ON ${tables.map((table) => `call_events.${table}`).join()} TO lonely`);
  const file = join(directory, 'lonely.yaml');
  writeFileSync(file, configOf('lonely', RULES(receiver.url)).replace(postgres.url, postgres.urlFor('lonely')));
  const log = new Arrivals<Record<string, unknown>>();
  const service = new Service({ configFile: file, env: {}, createLog: logInto(log) });
  ending.push(() => service.stop());
  await before();
  await service.start();
  await asterisk.actions.count(2, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
  return { service, log };
}

const WITHOUT_PAIR = ['version', 'deliveries', 'rules', 'sources'];

const RULES = (
  url: string,
) => `  "101": { events: [{ on: dial-out, id: out, url: "${url}/out" }, { on: hangup, id: end, url: "${url}/end" }] }
  "102": { events: [{ on: dial-in, id: in, url: "${url}/in" }, { on: hangup, id: over, url: "${url}/over" }] }`;

const configOf = (name: string, rules: string) => `
asterisk: { name: pbx, port: ${asterisk.port}, username: callevents, secret: geheim }
outbox: ${directory}/${name}.db
queue: ${postgres.url}
extensions:
${rules}
`;

async function startWorker(env: NodeJS.ProcessEnv = {}): Promise<Logged & { worker: DeliverWorker }> {
  const file = join(directory, 'worker.yaml');
  writeFileSync(file, `queue: ${postgres.url}\n`);
  const log = new Arrivals<Record<string, unknown>>();
  const worker = new DeliverWorker({ configFile: file, env, createLog: logInto(log) });
  ending.push(() => worker.stop());
  await worker.start();
  return { worker, log };
}

const rows = async (text: string) => (await database.query(text)).rows;
const inState = (state: string) => async () =>
  Number((await rows(`SELECT count(*) AS n FROM call_events.deliveries WHERE state = '${state}'`))[0].n);

describeWithPostgres('the shared queue', () => {
  it('takes what the service has, and a worker without a configuration of its own sends it in the order of each leg', async () => {
    await startService();
    asterisk.play(ANSWERED);
    await until(inState('pending'), (n) => n === 4);
    await startWorker();
    const requests = await receiver.requests.count(4);
    const paths = requests.map(({ path }) => path);
    expect(paths.indexOf('/end')).toBeGreaterThan(paths.indexOf('/out'));
    expect(paths.indexOf('/over')).toBeGreaterThan(paths.indexOf('/in'));
    await until(inState('delivered'), (n) => n === 4);
    expect(Number((await rows('SELECT count(*) AS n FROM call_events.attempts'))[0].n)).toBe(4);
  });

  it('keeps one of each when two services see the same calls', async () => {
    await startService('one');
    await startService('two');
    await startWorker();
    await asterisk.actions.count(2, ({ action }) => action?.toLowerCase() === 'coreshowchannels');
    asterisk.play(ANSWERED);
    await until(inState('delivered'), (n) => n === 4);
    expect(receiver.requests.all.map(({ headers }) => headers['webhook-id']).length).toBe(4);
  });

  it('needs the start-up time of Asterisk in its ids, and says so where that may not be asked for', async () => {
    asterisk.manners.reporting = false;
    const file = join(directory, 'one.yaml');
    writeFileSync(file, configOf('one', RULES(receiver.url)));
    const log = new Arrivals<Record<string, unknown>>();
    const service = new Service({ configFile: file, env: {}, createLog: logInto(log) });
    ending.push(() => service.stop());
    await service.start();
    await log.until((lines) => lines.some(({ msg }) => /SENDS NOTHING/.test(String(msg))));
  });

  it('is not written twice by a second service that may not ask for it: that one is refused', async () => {
    await startService('one');
    await startWorker();
    asterisk.manners.reporting = false;
    const file = join(directory, 'two.yaml');
    writeFileSync(file, configOf('two', RULES(receiver.url)));
    const two = new Service({ configFile: file, env: {}, createLog: logInto(new Arrivals()) });
    ending.push(() => two.stop());
    await two.start();
    await until(
      () => rows('SELECT knows_startup FROM call_events.services'),
      (all) => all.length === 2,
    );
    expect(warningsOf(two.state)).toEqual([expect.stringContaining('this one sends nothing')]);
    asterisk.play(ANSWERED);
    await until(inState('delivered'), (n) => n === 4);
    await until(
      async () => two.state.queue.depth,
      (n) => n === 4,
    );
    expect(receiver.requests.all.length).toBe(4);
  });

  it('takes what a service has that may not write what a pair needs, and that says so', async () => {
    const { log } = await startLonely();
    asterisk.play(ANSWERED);
    await until(inState('pending'), (n) => n === 4);
    await log.until((lines) => lines.some(({ msg }) => /may not write call_events.services/.test(String(msg))));
  });

  it('takes what such a service has of a call that began before it', async () => {
    const whileItRings = ANSWERED.slice(0, ANSWERED.indexOf('Event: DialEnd'));
    const { service } = await startLonely(WITHOUT_PAIR, async () => {
      asterisk.play(whileItRings);
      // Until this ends no service reaches the queue, and none knows of its rights.
      ending.push(() => database.query('ROLLBACK'));
      await database.query('BEGIN; LOCK TABLE call_events.version');
    });
    await until(
      async () => service.state.queue,
      ({ depth, running }) => depth > 0 && running === 0,
    );
    await database.query('COMMIT');
    asterisk.play(ANSWERED.slice(whileItRings.length));
    await until(
      () => rows("SELECT event FROM call_events.deliveries WHERE extension = '101' ORDER BY seq"),
      (events) => events.map(({ event }) => event).join() === 'dial-out,hangup',
    );
  });

  it('says why rules cannot be published, when it is not that the queue is away', async () => {
    const { log } = await startLonely(['version', 'deliveries', 'services', 'open_calls']);
    await log.until((lines) =>
      lines.some(({ level, msg }) => level === 50 && /cannot be published.*for table rules/.test(String(msg))),
    );
  });

  it('fills up in the outbox while it is away, and drains in order afterwards', async () => {
    const { log } = await startService();
    await startWorker();
    postgres.kill();
    asterisk.play(ANSWERED);
    await log.until((lines) => lines.some(({ msg }) => String(msg).includes('deliveries wait in the outbox')));
    postgres.start();
    database = new pg.Client(postgres.url);
    database.on('error', () => undefined);
    await database.connect();
    const paths = (await receiver.requests.count(4)).map(({ path }) => path);
    expect(paths.indexOf('/end')).toBeGreaterThan(paths.indexOf('/out'));
    expect(paths.indexOf('/over')).toBeGreaterThan(paths.indexOf('/in'));
  }, 60_000);

  it('sends by the rules that are published last, a corrected URL for what waits too', async () => {
    const { service, file } = await startService('one', () => RULES('http://127.0.0.1:1'));
    await startWorker();
    asterisk.play(ANSWERED);
    await until(inState('pending'), (n) => n === 4);
    writeFileSync(file, `${configOf('one', RULES(receiver.url))}# ${'x'.repeat(100)}\n`);
    expect(await service.reload()).toBe(true);
    await receiver.requests.count(4);
  }, 30_000);

  it('resolves references where the request is made, and leaves what cannot be to others', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference, as it is written
    const secret = '${env:CRM_TOKEN}';
    const file = join(directory, 'one.yaml');
    writeFileSync(
      file,
      configOf(
        'one',
        `  "102": { events: [{ on: dial-in, url: "${receiver.url}", headers: { X-Token: "${secret}" } }] }`,
      ),
    );
    const log = new Arrivals<Record<string, unknown>>();
    const service = new Service({ configFile: file, env: { CRM_TOKEN: 'on the service' }, createLog: logInto(log) });
    ending.push(() => service.stop());
    await service.start();
    await log.until((lines) => lines.some(({ msg }) => String(msg).includes('are published')));
    const [published] = await rows('SELECT text FROM call_events.rules');
    expect(published.text).toContain(secret);
    expect(published.text).not.toMatch(/geheim|callevents/);
    const without = await startWorker();
    await without.log.until((lines) => lines.some(({ msg }) => /cannot be used here.*CRM_TOKEN/.test(String(msg))));
    asterisk.play(untilHangup);
    await until(inState('pending'), (n) => n === 1);
    await startWorker({ CRM_TOKEN: 'on the worker' });
    const [request] = await receiver.requests.count(1);
    expect(request?.headers['x-token']).toBe('on the worker');
  });

  it('is looked at and changed by the same commands as the outbox', async () => {
    const { file } = await startService('one', () => RULES('http://127.0.0.1:1'));
    asterisk.play(untilHangup);
    await until(inState('pending'), (n) => n === 2);
    const run = async (...argv: string[]) => {
      const captured = captureIo();
      const code = await runProgram(['deliveries', ...argv, '--config', file], captured.io);
      return { code, text: captured.stdout() + captured.stderr() };
    };
    expect((await run('list')).text).toMatch(/dial-out[\s\S]*dial-in/);
    expect((await run('discard', '--extension', '101')).text).toContain('pending deliveries discarded: 1');
    expect((await run('summary')).text).toContain('discarded');
    expect((await run('retry', '--extension', '101')).text).toContain('to be sent again by the service: 1');
    await until(inState('pending'), (n) => n === 2);
    expect((await run('resume', 'in')).code).toBe(1);
  });
});
