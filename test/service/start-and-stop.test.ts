import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';
import { isConnected } from '../../src/service/service-state.ts';
import { fixtureText } from '../helpers/fixture-log.ts';
import { type RunningService, startService } from '../helpers/running-service.ts';

const RULES = (url: string) => `  "102": { events: [{ on: hangup, id: end, url: "${url}" }] }`;

const running: RunningService[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function start(...[more, options]: [more?: string, options?: Parameters<typeof startService>[2]]) {
  const one = await startService(RULES, more, options);
  running.push(one);
  return one;
}

const linesOf = (one: RunningService, text: string) =>
  one.log.all.filter(({ msg }) => String(msg).includes(text)).length;

/** It does its work: a recorded call gives its Hangup. */
async function works(one: RunningService): Promise<void> {
  const before = one.receiver.requests.all.length;
  await one.log.until(() => isConnected(one.service.state));
  one.asterisk.play(fixtureText('direct-answered'));
  await one.receiver.requests.count(before + 1);
}

/** Nothing of it runs: there is no session, and the outbox is free. */
async function isGone(one: RunningService): Promise<void> {
  expect([one.service.config, one.service.alive, one.service.state.servers]).toEqual([undefined, false, []]);
  while (one.asterisk.listeners > 0) await new Promise(setImmediate);
  const other = new Service({
    configFile: one.configFile,
    env: {},
    createLog: (level, secrets) => createLog(level, 'json', secrets, () => undefined),
  });
  await other.start();
  await other.stop();
}

describe('a service', () => {
  it('that is started while it stops runs when the start resolves', async () => {
    const one = await start();
    const stopping = one.service.stop();
    await Promise.all([one.service.start(), one.service.start()]);
    expect(one.service.config).toBeDefined();
    expect([linesOf(one, 'stopped;'), linesOf(one, 'config.yaml: ')]).toEqual([1, 2]);
    expect(await stopping).toBe(true);
    await works(one);
  });

  it('that is stopped while it starts has stopped when the stop resolves, and may be started again', async () => {
    const one = await start();
    await one.service.stop();
    const starting = one.service.start();
    expect(await Promise.all([one.service.stop(), one.service.stop()])).toEqual([true, true]);
    await starting;
    await isGone(one);
    await one.service.start();
    await works(one);
  });

  it('that is stopped while it waits for an outbox resolves both, and leaves nothing', async () => {
    const one = await start('metrics: { enabled: true, port: 0 }');
    await one.service.stop();
    // A new outbox whose log SQLite cannot write: SQLITE_IOERR, as of a bad disk.
    rmSync(one.outbox);
    mkdirSync(`${one.outbox}-wal`);
    const starting = one.service.start();
    await one.log.until(() => linesOf(one, 'disk full?') > 0);
    expect(one.service.state.outbox.reason).toMatch(/cannot be written/);
    await Promise.all([one.service.stop(), starting]);
    rmdirSync(`${one.outbox}-wal`);
    await isGone(one);
  });

  it('applies what was written to config.yaml while it waited for its outbox', async () => {
    const one = await start();
    await one.service.stop();
    rmSync(one.outbox);
    mkdirSync(`${one.outbox}-wal`);
    const starting = one.service.start();
    await one.log.until(() => linesOf(one, 'disk full?') > 0);
    const applied = Promise.withResolvers<void>();
    one.service.events.on('configApplied', () => applied.resolve());
    one.configure(`${RULES(one.receiver.url)}\n  "103": {}`);
    rmdirSync(`${one.outbox}-wal`);
    await starting;
    await applied.promise;
    expect(one.service.config?.extensions.map(({ key }) => key)).toEqual(['102', '103']);
  });

  it('may be started and stopped twice', async () => {
    const one = await start();
    await Promise.all([one.service.start(), one.service.start()]);
    expect(linesOf(one, 'config.yaml: ')).toBe(1);
    await works(one);
    await Promise.all([one.service.stop(), one.service.stop()]);
    await one.service.stop();
    expect(linesOf(one, 'stopped;')).toBe(1);
  });

  it('whose start fails half-way leaves nothing running, and may be started again', async () => {
    const one = await start();
    await one.service.stop();
    const plant = new DatabaseSync(one.outbox);
    plant.prepare('INSERT INTO calls VALUES (?, ?)').run('1.1', 'cut off: {');
    await expect(one.service.start()).rejects.toThrow(/JSON/);
    plant.exec('DELETE FROM calls');
    plant.close();
    await isGone(one);
    await one.service.start();
    await works(one);
  });

  it('whose start fails at its end stops what it has started', async () => {
    let fails = false;
    const nothing = () => undefined;
    const supervisor = {
      ...{ watchdogMs: undefined, reloading: nothing, stopping: nothing, status: nothing, watchdog: nothing },
      ready() {
        if (fails) throw new Error('planted');
      },
    };
    const one = await start('', { supervisor });
    await one.service.stop();
    fails = true;
    await expect(one.service.start()).rejects.toThrow('planted');
    fails = false;
    await isGone(one);
    await one.service.start();
    await works(one);
  });
});
