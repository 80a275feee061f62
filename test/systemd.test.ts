import { describe, expect, it } from '@jest/globals';
import { SystemdNotifier } from '../src/systemd/notifier.ts';

function notifier(env: NodeJS.ProcessEnv, fails = false) {
  const sent: string[] = [];
  const errors: unknown[] = [];
  const one = new SystemdNotifier(
    env,
    (error) => errors.push(error),
    async (file, args) => {
      // The first is the slowest: the order must be kept all the same.
      await new Promise((resolve) => setTimeout(resolve, sent.length === 0 ? 20 : 0));
      sent.push([file, ...args].join(' '));
      if (fails) throw new Error('no such socket');
    },
  );
  return { one, sent, errors };
}

describe('a notification of systemd', () => {
  it('is not sent where systemd does not listen', async () => {
    const { one, sent } = notifier({ WATCHDOG_USEC: '60000000' });
    one.ready();
    one.watchdog();
    await one.flushed();
    expect([sent, one.watchdogMs]).toEqual([[], undefined]);
  });

  it('arrives in order, and a status only when it has changed', async () => {
    const { one, sent } = notifier({ NOTIFY_SOCKET: '/run/systemd/notify' });
    one.ready();
    one.status('connected');
    one.status('connected');
    one.reloading();
    one.ready();
    one.stopping();
    await one.flushed();
    expect(sent).toEqual(
      ['READY=1', 'STATUS=connected', 'RELOADING=1', 'READY=1', 'STOPPING=1'].map((text) => `systemd-notify ${text}`),
    );
  });

  it('is wanted at the pace of the watchdog, where it watches this process', () => {
    const env = { NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '60000000' };
    expect(notifier(env).one.watchdogMs).toBe(60_000);
    expect(notifier({ ...env, WATCHDOG_PID: String(process.pid) }).one.watchdogMs).toBe(60_000);
    expect(notifier({ ...env, WATCHDOG_PID: '1' }).one.watchdogMs).toBeUndefined();
  });

  it('may fail; the service goes on', async () => {
    const { one, sent, errors } = notifier({ NOTIFY_SOCKET: '/x' }, true);
    one.ready();
    one.stopping();
    await one.flushed();
    expect([sent.length, errors.length]).toEqual([2, 2]);
  });
});
