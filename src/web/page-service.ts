import type { ReadConfig } from '../config/background/config-pieces.ts';
import type { Config } from '../config/config.ts';
import type { Extensions } from '../config/directory/extensions.ts';
import type { DeliveryHistory, OutboxAdmin } from '../delivery/admin.ts';
import type { Logger } from '../log.ts';
import type { ServiceEvents } from '../service/events.ts';
import type { OpenLeg, ServiceState } from '../service/service-state.ts';

/** What the service hands to the page. Everything is as it is now, at each call. */
export interface PageService {
  /** The active configuration. */
  readonly config: Config;
  /** config.yaml, as the user named it. */
  readonly configFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** Who is an extension, with the patterns applied. @param server left out: of the first Asterisk server */
  extensions(server?: string): Extensions;
  readonly state: ServiceState;
  openLegs(): OpenLeg[];
  readonly events: ServiceEvents;
  /** Where the outbox is; for those that open their own. */
  readonly outboxPath: string;
  /** What was sent and is to be sent, from wherever that is kept; who opens it closes it. */
  openHistory(): DeliveryHistory;
  /** Opens the outbox by a connection of its own. @throws OutboxError while the service has not opened it */
  openAdmin(): OutboxAdmin;
  /**
   * Applies what was written to config.yaml just now. Resolves when it is active; that is what stands there then, where somebody
   * else has changed it meanwhile.
   * @returns whether it is; else `state.refused` says what is wrong
   */
  reload(written: ReadConfig): Promise<boolean>;
  readonly log: Logger;
  /** Every secret that is known; the list grows. */
  readonly secrets: readonly string[];
  /** Whether it is the demo: no password is asked for. */
  readonly isDemo: boolean;
}
