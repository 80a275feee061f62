// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${credential:…} is what an administrator writes, not a template.
import assert from 'node:assert/strict';
import { VERSION } from '../../../packaging/project.ts';
import { configure, install, up, type World } from './world.ts';

/** It is there, starts nothing, and says what comes next. */
export async function installs({ machine, deb }: World): Promise<void> {
  const output = install(machine, deb);
  assert.match(output, /^call-events is installed, and not configured yet\. Next: /m);
  assert.equal(output.match(/Next: /g)?.length, 1);
  assert.deepEqual([machine.property('ActiveState'), machine.property('UnitFileState')], ['inactive', 'disabled']);
  assert.equal(machine.run('stat -c "%a %U %G" /etc/call-events/config.yaml'), '640 root call-events\n');
  assert.equal(machine.run('call-events --version'), `${VERSION}\n`);
  assert.equal(machine.attempt('command -v node').output, '');
  assert.equal(machine.run('dpkg --verify call-events'), '');
  machine.run('bash -n /usr/share/bash-completion/completions/call-events');
}

/** What is missing is said by `check`, and by the service when it is started all the same; once. */
export async function isNotConfigured({ machine }: World): Promise<void> {
  const { code, output } = machine.attempt('call-events check');
  assert.equal(code, 78);
  assert.match(
    output,
    /^\/etc\/call-events\/config\.yaml:\d+:\d+: asterisk\.secret: there is no file \/etc\/call-events\/ami\.secret$/m,
  );
  assert.match(output, /^\/etc\/call-events\/config\.yaml:\d+:\d+: extensions: is empty;/m);
  assert.equal(machine.attempt('systemctl start call-events').code, 1);
  // Not "auto-restart": it waits for somebody to mend it.
  assert.deepEqual(
    ['SubState', 'ExecMainStatus', 'NRestarts'].map((name) => machine.property(name)),
    ['failed', '78', '0'],
  );
  assert.match(machine.journal(), /asterisk\.secret: the secret \$\{credential:ami\.secret\} is empty/);
}

export async function startsWhenConfigured(world: World): Promise<void> {
  const { machine } = world;
  configure(world, ['dial-in']);
  assert.match(machine.run('call-events check'), /^\/etc\/call-events\/config\.yaml: 1 extension, 1 rule$/m);
  machine.run('systemctl enable --now call-events');
  await up(machine);
  const [, exposure] =
    /exposure level for call-events\.service: ([\d.]+)/.exec(
      machine.run('systemd-analyze security --no-pager call-events'),
    ) ?? [];
  assert.ok(Number(exposure) <= 1.5, `exposed: ${exposure}`);
}
