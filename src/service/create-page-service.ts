import type { ReadConfig } from '../config/background/config-pieces.ts';
import type { Config } from '../config/config.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { HistoryClient } from '../delivery/outbox/history/history-client.ts';
import { openExisting } from '../delivery/outbox/sqlite-admin.ts';
import type { Logger } from '../log.ts';
import { QueueHistory } from '../shared-queue/queue-history.ts';
import type { PageService } from '../web/page-service.ts';
import { type ActiveConfig, sourcesOf } from './active-config.ts';
import type { ServiceEvents } from './service-events.ts';
import type { OpenLeg, ServiceState } from './service-state.ts';

export interface PageServiceOptions {
  service: {
    readonly events: ServiceEvents;
    readonly state: ServiceState;
    openLegs(): OpenLeg[];
    reload(about: { written: ReadConfig }): Promise<boolean>;
  };
  configFile: string;
  env: NodeJS.ProcessEnv;
  /** The active configuration. */
  active: () => ActiveConfig;
  outboxPath: string;
  /** The address of the shared queue with which the service was started; absent: it sends itself. */
  queue: string | undefined;
  log: Logger;
  secrets: readonly string[];
  isDemo: boolean;
}

/** The service as the page sees it. */
export function createPageService({ service, active, outboxPath, queue, ...rest }: PageServiceOptions): PageService {
  return {
    ...rest,
    outboxPath,
    events: service.events,
    get config(): Config {
      return active().config;
    },
    extensions(server) {
      const { servers, config } = active();
      const [first] = servers.values();
      return (server === undefined ? first : servers.get(server))?.extensions ?? new Extensions(config);
    },
    get state() {
      return service.state;
    },
    openLegs: () => service.openLegs(),
    openHistory() {
      const outbox = new HistoryClient(outboxPath);
      if (queue === undefined) return outbox;
      return new QueueHistory({ url: queue, sources: () => sourcesOf(active()), outbox });
    },
    ...(queue !== undefined && {
      watchAttempts(onAttempts) {
        // What PostgreSQL needs is loaded only where somebody looks.
        const watch = import('../shared-queue/attempts-watch.ts')
          .then(
            ({ AttemptsWatch }) => new AttemptsWatch({ url: queue, sources: () => sourcesOf(active()), onAttempts }),
          )
          .catch((err) =>
            rest.log.error(
              { err },
              'what workers send cannot be watched; the page shows attempts only when it is loaded again',
            ),
          );
        return async () => (await watch)?.close();
      },
    }),
    openAdmin: () => openExisting(outboxPath),
    reload: (written) => service.reload({ written }),
  };
}
