import { isConnected, type ServiceState } from '../service/state.ts';

/** One line on how things are: what `systemctl status` shows. */
export function statusOf(state: ServiceState): string {
  const { tracker, queue, suspended } = state;
  const problems = problemsOf(state);
  return [
    ...(problems.length === 0 ? ['connected to Asterisk'] : problems),
    `${tracker.legs} legs open, ${queue.depth} deliveries pending`,
    ...warningsOf(state),
    ...(suspended === 0 ? [] : [`${suspended} rules suspended`]),
  ].join('; ');
}

/** Why the service cannot do its work now, in words for the operator that is woken by it; empty: it can. */
export function problemsOf(state: ServiceState): string[] {
  const { outbox } = state;
  return [
    ...(isConnected(state) ? [] : ['Asterisk is not connected: see the log for why; the service keeps trying']),
    ...(outbox.ok
      ? []
      : [`the outbox ${outbox.reason ?? 'is not open'}: ${outbox.waiting} changes wait, ${outbox.lost} were dropped`]),
  ];
}

/** What the service works in spite of, and somebody has to correct; empty: nothing. */
export function warningsOf({ refused }: ServiceState): string[] {
  if (refused === undefined) return [];
  const [first, ...others] = refused.message.split('\n');
  const more = others.length === 0 ? '' : ` (and ${others.length} more: call-events check)`;
  return [`${refused.file} has problems, so the configuration that was applied before is active: ${first}${more}`];
}
