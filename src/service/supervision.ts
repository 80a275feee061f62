import { statusOf } from '../metrics/health.ts';
import type { ServiceState } from '../metrics/metrics.ts';

const STATUS_MS = 5000;

/** Whoever started the service and watches over it, as systemd does. */
export interface Supervisor {
  /** How often it wants to hear {@link watchdog}, in milliseconds; absent: never. */
  readonly watchdogMs: number | undefined;
  ready(): void;
  reloading(): void;
  stopping(): void;
  status(text: string): void;
  watchdog(): void;
}

/**
 * Tells the supervisor how things are, and that the service is alive for as long as it is.
 * @param every does something again and again
 */
export function keepTelling(
  supervisor: Supervisor,
  service: { readonly state: ServiceState; readonly alive: boolean },
  every: (ms: number, what: () => void) => void,
): void {
  const tell = () => supervisor.status(statusOf(service.state));
  tell();
  every(STATUS_MS, tell);
  if (supervisor.watchdogMs === undefined) return;
  // Three chances, so that one that comes late is no reason to be killed.
  every(supervisor.watchdogMs / 3, () => {
    if (service.alive) supervisor.watchdog();
  });
}
