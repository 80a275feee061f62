import assert from 'node:assert/strict';
import { call, type World } from './world.ts';

/** Each command does what the documents say, as root in root's own folder, without an option that names a place. */
export async function commandsWork({ machine, neighbours }: World): Promise<void> {
  neighbours.play(call(1));
  await neighbours.requests.count(1, ({ path }) => path === '/dial-in');
  assert.match(machine.run('call-events deliveries list'), / 102 +dial-in +101 → 102 +(delivered|pending) /);
  assert.match(machine.run('call-events test-send 102 dial-in'), /HTTP 200/);
  machine.run(
    'call-events record --output call.log & for i in $(seq 300); do test -e call.log && break; sleep 0.1; done; kill -INT $!; wait; test -e call.log',
  );
  assert.match(machine.run('call-events demo --speed 100'), /8 recordings, \d+ requests/);
  machine.run('cp /usr/lib/call-events/fixtures/direct-answered/asterisk22-pjsip.ami.log call.log');
  assert.match(machine.run('call-events replay call.log --explain'), /dial-in/i);
  machine.run('rm call.log');
  assert.match(machine.run('call-events schema'), /"\$schema"/);
}

/** Of the bundle: what is loaded only where it is wanted. */
export async function bundleIsComplete({ machine }: World): Promise<void> {
  const get = (path: string) =>
    machine.run(
      `/usr/lib/call-events/node -e "fetch('http://127.0.0.1:9465${path}').then(async (answer) => console.log(answer.status, await answer.text()))"`,
    );
  assert.match(get('/readyz'), /^200 .*"ready":true/);
  assert.match(get('/metrics'), /^call_events_ami_connected 1$/m);
  // On a terminal the log is for a person.
  assert.match(machine.run('script -qec "call-events demo --speed 100 --verbose" /dev/null'), /AMI: connected to/);
}

/** Beside the service a second one would send everything twice. */
export async function runsOnce({ machine }: World): Promise<void> {
  const { code, output } = machine.attempt('call-events run');
  assert.equal(code, 1);
  assert.match(output, /another call-events runs with the outbox/);
}
