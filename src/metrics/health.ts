import { isConnected, type ServiceState } from '../service/service-state.ts';

/** The state in one line, for `systemctl status`. */
export function statusOf(state: ServiceState): string {
  const { tracker, queue, suspended } = state;
  return [
    connectionOf(state),
    ...outboxProblems(state),
    `${tracker.legs} legs open, ${queue.depth} deliveries pending`,
    ...warningsOf(state),
    ...(suspended === 0 ? [] : [`${suspended} rules suspended`]),
  ].join('; ');
}

/** While the first attempt to connect runs, the log need not be mentioned. */
function connectionOf(state: ServiceState): string {
  const { servers } = state;
  const connected = servers.filter((server) => server.connected).length;
  if (isConnected(state))
    return connected === 1 ? 'connected to Asterisk' : `connected to ${connected} Asterisk servers`;
  if (connected > 0) return `connected to ${connected} of ${servers.length} Asterisk servers`;
  const isFailing = servers.some((server) => server.state === 'waiting');
  return isFailing ? NOT_CONNECTED : 'connecting to Asterisk';
}

const NOT_CONNECTED = 'Asterisk is not connected: see the log for why; the service keeps trying';

function outboxProblems({ outbox }: ServiceState): string[] {
  if (outbox.ok) return [];
  return [`the outbox ${outbox.reason ?? 'is not open'}: ${outbox.waiting} changes wait, ${outbox.lost} were dropped`];
}

/** Why the service cannot work now, in words for an operator who is woken by it; empty: it works. */
export function problemsOf(state: ServiceState): string[] {
  // If one of several servers is down, the others still work: that is a warning.
  const isServing = state.servers.some(({ connected }) => connected);
  return [...(isServing ? [] : [NOT_CONNECTED]), ...outboxProblems(state)];
}

/** Problems in spite of which the service works, but that somebody has to correct; empty: none. */
export function warningsOf({ refused, servers, queue }: ServiceState): string[] {
  const down = servers.filter(({ connected, state }) => !connected && state === 'waiting');
  return [
    ...(queue.trouble === undefined
      ? []
      : [`the shared queue cannot be written (${queue.trouble}): deliveries wait in the outbox`]),
    ...(down.length === 0 || down.length === servers.length ? [] : [downProblem(down.map(({ server }) => server))]),
    ...servers.flatMap(({ server, unseen = [] }) =>
      unseen.length === 0 ? [] : [`${server === '' ? '' : `${server}: `}${unseenProblem(unseen)}`],
    ),
    ...servers.flatMap(({ server, withoutStartup }) =>
      withoutStartup === undefined ? [] : [`${server === '' ? '' : `${server}: `}${WITHOUT_STARTUP}`],
    ),
    ...(refused === undefined ? [] : [refusedProblem(refused)]),
  ];
}

const WITHOUT_STARTUP =
  'Asterisk does not say when it was started (CoreStatus needs write=reporting in manager.conf): beside a second service that may ask, this one sends nothing';

function downProblem(names: readonly string[]): string {
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not connected: see the log for why; the service keeps trying`;
}

/** Warns that Asterisk lists channels that no event has shown. @param names of these channels, at least one */
export function unseenProblem(names: readonly string[]): string {
  const [first, ...others] = names;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return (
    `Asterisk lists channels that no event has shown (${first}${more}): in manager.conf the user's read lacks "call", ` +
    'or an eventfilter withholds events. Their calls send nothing'
  );
}

function refusedProblem(refused: NonNullable<ServiceState['refused']>): string {
  const [first, ...others] = refused.message.split('\n');
  const more = others.length === 0 ? '' : ` (and ${others.length} more: call-events check)`;
  return `${refused.file} has problems, so the configuration that was applied before is active: ${first}${more}`;
}
