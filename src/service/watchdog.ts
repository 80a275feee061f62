import type { Repeat } from './ticker.ts';

const STATUS_MS = 5000;

/** What has started the service and watches over it, as systemd does. */
export interface Supervisor {
  /** How often it expects {@link watchdog}, in milliseconds; absent: never. */
  readonly watchdogMs: number | undefined;
  ready(): void;
  reloading(): void;
  stopping(): void;
  status(text: string): void;
  watchdog(): void;
}

/**
 * Reports to the supervisor how the service is, and that it is alive for as long as it is, until the service stops.
 * @returns reports how the service is at once, for when that has changed
 */
export function reportTo(
  supervisor: Supervisor,
  service: { readonly alive: boolean; status(): string },
  repeat: Repeat,
): () => void {
  const reportStatus = () => supervisor.status(service.status());
  reportStatus();
  repeat(STATUS_MS, reportStatus);
  // Three chances, so that one that comes late is no reason to be killed.
  if (supervisor.watchdogMs !== undefined)
    repeat(supervisor.watchdogMs / 3, () => {
      if (service.alive) supervisor.watchdog();
    });
  return reportStatus;
}
