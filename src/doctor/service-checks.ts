import { runProgramOf } from '../pbx/console.ts';
import { type Check, counted, fault, ok, warning } from './check.ts';
import type { ExaminedMachine } from './examined-machine.ts';

/** Checks that systemd runs the service, and starts it after a restart of the machine. */
export function examineService({ env, hasUnit }: ExaminedMachine): Check[] {
  if (!hasUnit) return [];
  const show = runProgramOf(env, 'systemctl', [
    'show',
    'call-events',
    '--property=ActiveState,UnitFileState,ExecMainStatus,NRestarts',
  ]);
  const state = new Map(
    show.output.split('\n').map((line): [string, string] => {
      const [name = '', value = ''] = line.split('=');
      return [name, value];
    }),
  );
  const active = state.get('ActiveState');
  if (active === 'failed' && state.get('ExecMainStatus') === '78')
    return [
      fault(
        'service',
        'the service does not start: its configuration is wrong',
        'call-events check && systemctl restart call-events',
      ),
    ];
  if (active === 'failed') return [fault('service', 'the service has failed', 'journalctl -u call-events -n 50')];
  if (active !== 'active')
    return [
      fault('service', `the service does not run (${active || 'unknown'})`, 'systemctl enable --now call-events'),
    ];
  const restarts = Number(state.get('NRestarts') ?? 0);
  const checks: Check[] = [];
  if (state.get('UnitFileState') !== 'enabled')
    checks.push(
      warning(
        'service',
        'the service runs, and will not after a restart of the machine',
        'systemctl enable call-events',
      ),
    );
  if (restarts > 0)
    checks.push(
      warning(
        'service',
        `the service was started again ${counted(restarts, 'time')} by itself`,
        'journalctl -u call-events -p warning -n 50',
      ),
    );
  return checks.length > 0 ? checks : [ok('service', 'the service runs')];
}
