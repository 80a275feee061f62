import { expect, it } from '@jest/globals';
import type { ServiceState } from '../../src/service/state.ts';
import { reportTo } from '../../src/service/supervision.ts';

const STATE: ServiceState = {
  servers: [{ server: '', state: 'ready', connected: true }],
  outbox: { ok: true, reason: undefined, waiting: 0, lost: 0 },
  queue: { depth: 0, oldestMs: 0, running: 0 },
  tracker: { channels: 0, legs: 0 },
  suspended: 0,
};

function supervised(watchdogMs: number | undefined) {
  const said: string[] = [];
  const say = (what: string) => () => void said.push(what);
  const service = { state: STATE, alive: true };
  const timers: { ms: number; what: () => void }[] = [];
  const supervisor = { ready() {}, reloading() {}, stopping() {}, status: say('status'), watchdog: say('watchdog') };
  reportTo({ ...supervisor, watchdogMs }, service, (ms, what) => timers.push({ ms, what }));
  return { said, service, timers };
}

it('a service that hangs is not reported alive, and is again when it goes on', () => {
  const { said, service, timers } = supervised(30_000);
  const watchdog = timers.find(({ ms }) => ms === 10_000)?.what;
  watchdog?.();
  expect(said).toEqual(['status', 'watchdog']);
  service.alive = false;
  watchdog?.();
  expect(said).toEqual(['status', 'watchdog']);
  service.alive = true;
  watchdog?.();
  expect(said).toEqual(['status', 'watchdog', 'watchdog']);
});

it('a supervisor without a watchdog receives nothing but the status', () => {
  const { said, timers } = supervised(undefined);
  for (const { what } of timers) what();
  expect(said).toEqual(['status', 'status']);
});
