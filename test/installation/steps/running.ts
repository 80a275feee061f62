import assert from 'node:assert/strict';
import { until } from '../lab/machine.ts';
import { call, configure, up, type World } from './world.ts';

export async function reloads(world: World): Promise<void> {
  const { machine, neighbours } = world;
  const before = machine.property('MainPID');
  configure(world, ['dial-in', 'answer-in']);
  machine.run('systemctl reload call-events');
  await machine.logged('configuration reloaded: 1 extension, 2 rules');
  neighbours.play(call(2));
  await neighbours.requests.count(1, ({ path }) => path === '/answer-in');
  assert.equal(machine.property('MainPID'), before);
}

export async function comesBackWhenKilled({ machine }: World): Promise<void> {
  const before = machine.property('MainPID');
  machine.run(`kill -KILL ${before}`);
  await up(machine, before);
  assert.equal(machine.property('NRestarts'), '1');
}

/** A process that hangs no longer feeds the watchdog. The unit's own minute is shortened here. */
export async function comesBackWhenItHangs({ machine }: World): Promise<void> {
  const folder = '/run/systemd/system/call-events.service.d';
  machine.run(
    `mkdir -p ${folder}; printf '[Service]\\nWatchdogSec=4\\nTimeoutStopSec=2\\n' > ${folder}/soon.conf; systemctl daemon-reload`,
  );
  machine.run('systemctl restart call-events');
  const before = await up(machine);
  machine.run(`kill -STOP ${before}`);
  await up(machine, before);
  await machine.logged('Watchdog timeout');
  machine.run(`rm -r ${folder}; systemctl daemon-reload`);
}

/** A wrong configuration that is reloaded leaves the old one active. */
export async function keepsTheGoodConfiguration({ machine }: World): Promise<void> {
  const before = machine.property('MainPID');
  machine.run('cp -p /etc/call-events/config.yaml /root/good; sed -i s/dial-in/dialin/ /etc/call-events/config.yaml');
  machine.attempt('systemctl reload call-events');
  await until('the mistake to be reported', () => /expected one of: dial-in/.test(machine.journal()));
  assert.deepEqual([machine.property('MainPID'), machine.property('ActiveState')], [before, 'active']);
  machine.run('cp -p /root/good /etc/call-events/config.yaml; rm /root/good; systemctl reload call-events');
}
