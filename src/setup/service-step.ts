import { runProgramOf } from '../pbx/console.ts';
import type { SetupMachine } from './setup-machine.ts';

/** What is done with the service: a command, and why. */
export interface ServiceStep {
  command: string;
  args: readonly string[];
}

/**
 * @param secretChanged systemd hands the secret to the service when that starts
 * @returns absent: it runs, starts by itself with the machine, and notices a change of config.yaml by itself
 */
export function serviceStep(
  state: { isActive: boolean; isEnabled: boolean },
  secretChanged: boolean,
): ServiceStep | undefined {
  if (!state.isActive || !state.isEnabled) return { command: 'systemctl', args: ['enable', '--now', 'call-events'] };
  return secretChanged ? { command: 'systemctl', args: ['restart', 'call-events'] } : undefined;
}

export function serviceState({ env }: SetupMachine): { isActive: boolean; isEnabled: boolean } {
  const is = (what: string) => runProgramOf(env, 'systemctl', ['--quiet', what, 'call-events.service']).ok;
  return { isActive: is('is-active'), isEnabled: is('is-enabled') };
}
