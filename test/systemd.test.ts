import { describe, expect, it } from '@jest/globals';
import { SystemdNotifier } from '../src/systemd/notifier.ts';

function notifier(env: NodeJS.ProcessEnv, fails = false) {
  const said: string[] = [];
  const troubles: unknown[] = [];
  const one = new SystemdNotifier(
    env,
    (error) => troubles.push(error),
    async (file, args) => {
      // The first is the slowest: the order must hold all the same.
      await new Promise((resolve) => setTimeout(resolve, said.length === 0 ? 20 : 0));
      said.push([file, ...args].join(' '));
      if (fails) throw new Error('no such socket');
    },
  );
  return { one, said, troubles };
}

describe('what systemd is told', () => {
  it('is nothing where nobody listens', async () => {
    const { one, said } = notifier({ WATCHDOG_USEC: '60000000' });
    one.ready();
    one.watchdog();
    await one.said();
    expect([said, one.watchdogMs]).toEqual([[], undefined]);
  });

  it('arrives in order, and a status only when it has changed', async () => {
    const { one, said } = notifier({ NOTIFY_SOCKET: '/run/systemd/notify' });
    one.ready();
    one.status('connected');
    one.status('connected');
    one.reloading();
    one.ready();
    one.stopping();
    await one.said();
    expect(said).toEqual(
      ['READY=1', 'STATUS=connected', 'RELOADING=1', 'READY=1', 'STOPPING=1'].map((text) => `systemd-notify ${text}`),
    );
  });

  it('is wanted at the pace of the watchdog, if it watches this process', () => {
    const env = { NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '60000000' };
    expect(notifier(env).one.watchdogMs).toBe(60_000);
    expect(notifier({ ...env, WATCHDOG_PID: String(process.pid) }).one.watchdogMs).toBe(60_000);
    expect(notifier({ ...env, WATCHDOG_PID: '1' }).one.watchdogMs).toBeUndefined();
  });

  it('may fail; the service goes on', async () => {
    const { one, said, troubles } = notifier({ NOTIFY_SOCKET: '/x' }, true);
    one.ready();
    one.stopping();
    await one.said();
    expect([said.length, troubles.length]).toEqual([2, 2]);
  });
});
