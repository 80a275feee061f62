import { type ConfigError, formatProblem } from '../config/config-problem.ts';
import { summaryOf } from '../config/summary.ts';
import type { Logger } from '../log.ts';
import { unseenProblem } from '../metrics/health.ts';
import { logAttempt } from './attempt-log.ts';
import type { ServiceEvents } from './service-events.ts';

/** The most names of channels in one line. */
const MOST_NAMES = 20;

const about = (server: string) => (server === '' ? {} : { server });
const prefix = (server: string) => (server === '' ? '' : `${server}: `);

/** Logs the events of the service that matter to an administrator. @returns a function that ends it */
export function logEvents(events: ServiceEvents, log: Logger): () => void {
  /** Servers whose events are withheld, once that is logged. */
  const withheld = new Set<string>();
  const subscriptions = [
    events.on('channelCheck', ({ server, result: { listed, gone, unseen } }) => {
      if (gone.length > 0)
        log.warn(
          { ...about(server), channels: gone.slice(0, MOST_NAMES) },
          `${prefix(server)}${gone.length} channels have ended without a Hangup that was seen: an event was lost, or is withheld (eventfilter in manager.conf). Their legs end now`,
        );
      if (unseen.length === 0) {
        if (listed > 0) withheld.delete(server);
        return;
      }
      if (withheld.has(server)) return;
      withheld.add(server);
      log.error(
        { ...about(server), channels: unseen.slice(0, MOST_NAMES) },
        `${prefix(server)}AMI: ${unseenProblem(unseen)}`,
      );
    }),
    events.on('attempt', (report) => logAttempt(log, report)),
    events.on('ruleSuspended', ({ ruleId, reason }) =>
      log.error(
        { eventId: ruleId, reason },
        `rule ${ruleId} is suspended: its receiver wants no more. Resume it with: call-events deliveries resume ${ruleId}`,
      ),
    ),
    events.on('configApplied', (config) => {
      log.info(`configuration reloaded: ${summaryOf(config)}`);
      for (const hint of config.hints) log.warn(formatProblem(config.file, hint));
    }),
    events.on('configRefused', (error) => {
      for (const line of error.message.split('\n')) log.error(line);
      log.error('the configuration has problems; the one that was applied before stays active');
    }),
  ];
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

/** The service starts although config.yaml has problems, with the configuration that was applied last. */
export function logStartWithLastGood({ message, file }: ConfigError, log: Logger): void {
  for (const line of message.split('\n')) log.error(line);
  log.error(
    `${file} has problems: THE SERVICE STARTS WITH THE CONFIGURATION THAT WAS APPLIED LAST. Correct the file, and it is applied by itself`,
  );
}
