import type { Repeat } from './ticker.ts';

const STATUS_MS = 5000;

/** The supervisor that has started the service and watches it, such as systemd. */
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
 * Reports the service's state to the supervisor, and that it is alive as long as it is, until the service stops.
 * @returns a function that reports the state at once, for when it has changed
 */
export function reportTo(
  supervisor: Supervisor,
  service: { readonly alive: boolean; status(): string },
  repeat: Repeat,
): () => void {
  const reportStatus = () => supervisor.status(service.status());
  reportStatus();
  repeat(STATUS_MS, reportStatus);
  // Three chances, so that a late report does not get the service killed.
  if (supervisor.watchdogMs !== undefined)
    repeat(supervisor.watchdogMs / 3, () => {
      if (service.alive) supervisor.watchdog();
    });
  return reportStatus;
}
