import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../lab/machine.ts';
import { versionOf } from '../lab/packages.ts';
import { call, configure, filesOf, install, up, type World } from './world.ts';

/** Configuration and waiting deliveries stay, and what ran runs again. */
export async function upgrades(world: World): Promise<void> {
  const { machine, neighbours, deb, older } = world;
  install(machine, older);
  assert.equal(machine.run('dpkg --status call-events | sed -n "s/^Version: //p"').trim(), versionOf(older));
  configure(world, ['dial-in']);
  machine.run('systemctl enable --now call-events');
  const before = await up(machine);
  neighbours.answer(503);
  neighbours.play(call(3));
  const sent = neighbours.requests.all.length;
  await neighbours.requests.count(sent + 1);
  const kept = () => machine.run('cd /etc/call-events; sha256sum *; stat -c "%n %a %U %G" *');
  const keptBefore = kept();

  const output = install(machine, deb);
  assert.doesNotMatch(output, /Next: |onfiguration file/);
  await up(machine, before);
  assert.equal(kept(), keptBefore);
  assert.match(machine.run('call-events deliveries list'), / pending /);
  neighbours.answer(200);
  await until('what waited to be delivered', () => / delivered /.test(machine.run('call-events deliveries list')));
}

/** What is stopped stays so. */
export async function staysStopped({ machine, deb }: World): Promise<void> {
  machine.run('systemctl stop call-events');
  assert.doesNotMatch(machine.journal(), /systemd cannot be/);
  // What root makes beside the outbox must not keep the service from it.
  machine.run('call-events deliveries list');
  install(machine, deb);
  assert.equal(machine.property('ActiveState'), 'inactive');
  machine.run('systemctl start call-events');
  await up(machine);
}

/** It is stopped; configuration and outbox stay, and are found again. */
export async function removes({ machine, deb }: World): Promise<void> {
  const pid = machine.property('MainPID');
  machine.run('apt-get remove -y call-events');
  assert.equal(machine.attempt(`kill -0 ${pid}`).code, 1);
  for (const gone of ['usr/bin/call-events', 'usr/lib/call-events'])
    assert.ok(!existsSync(join(machine.root, gone)), gone);
  for (const kept of ['etc/call-events/config.yaml', 'etc/call-events/ami.secret', 'var/lib/call-events/outbox.db'])
    assert.ok(existsSync(join(machine.root, kept)), kept);
  assert.match(
    install(machine, deb),
    /^call-events is installed and configured\. Next: systemctl enable --now call-events$/m,
  );
  machine.run('systemctl enable --now call-events');
  await up(machine);
  assert.match(machine.run('call-events deliveries list'), / dial-in /);
}

/**
 * Not one file is left of all that it has made, but for the backups that systemd-sysusers makes of the list of users.
 */
export async function purges({ machine, filesBefore }: World): Promise<void> {
  machine.run('apt-get purge -y call-events');
  const left = [...filesOf(machine)].filter((file) => !filesBefore.has(file));
  assert.deepEqual(
    left.filter((file) => !/^\/etc\/(\.pwd\.lock|g?shadow-|passwd-|group-)$/.test(file)),
    [],
  );
  assert.equal(machine.attempt('systemctl cat call-events').code, 1);
}
