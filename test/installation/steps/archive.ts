import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VERSION } from '../../../packaging/project.ts';
import { run } from '../../../packaging/run.ts';
import { call, configure, filesOf, up, type World } from './world.ts';

/** The archive for a Linux without dpkg and rpm: installed, upgraded, removed and purged by its own script. */
export async function archiveWorks(world: World): Promise<void> {
  const { machine, neighbours, archive, filesBefore } = world;
  run('tar', ['-C', join(machine.root, 'srv'), '-xzf', archive]);
  const script = `/srv/call-events-${VERSION}/install.sh`;
  assert.match(machine.run(script), /^call-events is installed, and not configured yet\. Next: /m);
  assert.equal(machine.run('stat -c "%a %U %G" /etc/call-events/config.yaml'), '640 root call-events\n');
  configure(world, ['hangup']);
  machine.run('call-events check; systemctl enable --now call-events');
  const before = await up(machine);
  neighbours.play(call(4));
  await neighbours.requests.count(1, ({ path }) => path === '/hangup');

  assert.match(machine.run(script), /^call-events is upgraded, and runs$/m);
  await up(machine, before);
  assert.match(machine.run('call-events deliveries list'), / hangup /);

  machine.run(`${script} --remove`);
  assert.ok(!existsSync(join(machine.root, 'usr/bin/call-events')));
  assert.ok(existsSync(join(machine.root, 'var/lib/call-events/outbox.db')));
  assert.match(
    machine.run(script),
    /^call-events is installed and configured\. Next: systemctl enable --now call-events$/m,
  );
  machine.run(`${script} --purge; rm -r /srv/*`);
  const left = [...filesOf(machine)].filter((file) => !filesBefore.has(file));
  assert.deepEqual(
    left.filter((file) => !/^\/etc\/(\.pwd\.lock|g?shadow-|passwd-|group-)$/.test(file)),
    [],
    basename(archive),
  );
}
