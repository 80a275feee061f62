import { runProgramOf } from '../pbx/console.ts';
import { type Check, counted, fault, ok, warning } from './check.ts';
import type { ExaminedMachine } from './examined-machine.ts';

/** A unit of systemd, and what a person calls it. */
interface Unit {
  unit: string;
  what: string;
  /** What says which mistakes its configuration has. */
  check: string;
}

const SERVICE: Unit = { unit: 'call-events', what: 'the service', check: 'call-events check' };
const WORKER: Unit = {
  unit: 'call-events-deliver',
  what: 'the worker',
  check: 'journalctl -u call-events-deliver -n 20',
};

/**
 * Checks that systemd runs the service, and starts it after a restart of the machine.
 * @param isWorker whether config.yaml is that of a worker: then it is the worker's unit
 */
export function examineService({ env, hasUnit, hasWorkerUnit }: ExaminedMachine, isWorker: boolean): Check[] {
  if (!(isWorker ? hasWorkerUnit : hasUnit)) return [];
  const { unit, what, check } = isWorker ? WORKER : SERVICE;
  const show = runProgramOf(env, 'systemctl', [
    'show',
    unit,
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
      fault('service', `${what} does not start: its configuration is wrong`, `${check} && systemctl restart ${unit}`),
    ];
  if (active === 'failed') return [fault('service', `${what} has failed`, `journalctl -u ${unit} -n 50`)];
  if (active !== 'active')
    return [fault('service', `${what} does not run (${active || 'unknown'})`, `systemctl enable --now ${unit}`)];
  const restarts = Number(state.get('NRestarts') ?? 0);
  const checks: Check[] = [];
  if (state.get('UnitFileState') !== 'enabled')
    checks.push(
      warning('service', `${what} runs, but will not after a restart of the machine`, `systemctl enable ${unit}`),
    );
  if (restarts > 0)
    checks.push(
      warning(
        'service',
        `${what} was started again ${counted(restarts, 'time')} by itself`,
        `journalctl -u ${unit} -p warning -n 50`,
      ),
    );
  return checks.length > 0 ? checks : [ok('service', `${what} runs`)];
}
