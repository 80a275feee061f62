import { expect, it } from '@jest/globals';
import type { SessionState } from '../../src/ami/session/reconnecting-session.ts';
import { statusOf } from '../../src/metrics/health.ts';
import type { ServiceState } from '../../src/service/service-state.ts';
import { reportTo } from '../../src/service/watchdog.ts';

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
  const service = {
    state: STATE,
    alive: true,
    status: () => statusOf(service.state),
  };
  const timers: { ms: number; what: () => void }[] = [];
  const statuses: string[] = [];
  const status = (text: string) => {
    said.push('status');
    statuses.push(text);
  };
  const supervisor = { ready() {}, reloading() {}, stopping() {}, status, watchdog: say('watchdog') };
  const report = reportTo({ ...supervisor, watchdogMs }, service, (ms, what) => timers.push({ ms, what }));
  return { said, service, timers, statuses, report };
}

it('the status is of now: connecting is no trouble yet', () => {
  const { service, statuses, report } = supervised(undefined);
  const become = (state: SessionState, connected = false) => {
    service.state = { ...STATE, servers: [{ server: '', state, connected }] };
    report();
    return statuses.at(-1);
  };
  const counts = '; 0 legs open, 0 deliveries pending';
  expect(statuses).toEqual([`connected to Asterisk${counts}`]);
  for (const state of ['connecting', 'logging in', 'subscribing'] as const)
    expect(become(state)).toBe(`connecting to Asterisk${counts}`);
  expect(become('synchronising', true)).toBe(`connected to Asterisk${counts}`);
  expect(become('waiting')).toBe(`Asterisk is not connected: see the log for why; the service keeps trying${counts}`);
});

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
