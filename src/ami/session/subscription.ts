import type { Connection } from './connection.ts';
import type { AmiLogger } from './logger.ts';
import { firstValueOf, isError, OPTIONAL_MS, type OptionalActions } from './optional-actions.ts';
import type { CompleteAmiSettings } from './settings.ts';

/** Asks Asterisk to leave out unused events. Few users may do so (write=system); otherwise all events are read. */
export async function askForFilter(connection: Connection, filter: string, actions: OptionalActions): Promise<void> {
  const answer = await actions.send(connection, 'Filter', { Operation: 'Add', Filter: filter }, OPTIONAL_MS);
  if (answer === undefined || !isError(answer)) return;
  actions.once('unfiltered', (log) =>
    log.debug({}, `AMI: no filter (${firstValueOf(answer.message)}), so Asterisk sends events that are not used, too`),
  );
}

/**
 * Asks for the classes of events that the configuration needs; until then only those of the login's mask come.
 * @param dialect of Asterisk's AMI, as its banner or its first events show
 */
export async function askForEvents(
  connection: Connection,
  settings: CompleteAmiSettings,
  dialect: 'unknown' | 1 | 2,
  actions: OptionalActions,
  log: AmiLogger,
): Promise<void> {
  // In AMI 1.x a queue reports the phones that it rings with class agent only.
  const needsAgent = dialect === 1 && !asksForQueueEvents(settings);
  const EventMask = needsAgent ? `${settings.eventMask},agent` : settings.eventMask;
  const answer = await actions.send(connection, 'Events', { EventMask }, OPTIONAL_MS);
  if (answer !== undefined && isError(answer)) log.error({}, `AMI: events refused: ${firstValueOf(answer.message)}`);
}

/** Whether events of queues are asked for. */
export function asksForQueueEvents({ eventMask }: CompleteAmiSettings): boolean {
  return /\b(agent|all|on)\b/.test(eventMask);
}
