import type { ReadConfig } from '../config/background/config-pieces.ts';
import type { Config } from '../config/config.ts';
import type { Extensions } from '../config/directory/extensions.ts';
import type { DeliveryHistory, OutboxAdmin } from '../delivery/admin.ts';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import type { Logger } from '../log.ts';
import type { ServiceEvents } from '../service/service-events.ts';
import type { OpenLeg, ServiceState } from '../service/service-state.ts';

/** The interface of the service for the page. Every call gives the present state. */
export interface PageService {
  /** The active configuration. */
  readonly config: Config;
  /** config.yaml, as the user named it. */
  readonly configFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** The extensions, with the patterns applied. @param server left out: the first Asterisk server */
  extensions(server?: string): Extensions;
  readonly state: ServiceState;
  openLegs(): OpenLeg[];
  readonly events: ServiceEvents;
  /** The path of the outbox, for parts that open a connection of their own. */
  readonly outboxPath: string;
  /** The past and pending deliveries, wherever they are kept; the caller closes it. */
  openHistory(): DeliveryHistory;
  /**
   * Sees what other processes try to send. Absent: this one sends, and `events` has it.
   * @returns ends it
   */
  readonly watchAttempts?: (onAttempts: (reports: readonly AttemptReport[]) => void) => () => Promise<void>;
  /** Opens the outbox by a connection of its own. @throws OutboxError while the service has not opened it */
  openAdmin(): OutboxAdmin;
  /**
   * Applies the config.yaml that was written just now. Resolves when the file's text is active, including later changes
   * by somebody else.
   * @returns whether it is active; else `state.refused` has the problems
   */
  reload(written: ReadConfig): Promise<boolean>;
  readonly log: Logger;
  /** All known secrets; the list grows. */
  readonly secrets: readonly string[];
  /** Whether it is the demo: no password is asked for. */
  readonly isDemo: boolean;
}
