import type { StoredCall } from '../calls/recovery/stored-call.ts';
import { systemClock } from '../delivery/clock.ts';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import { Dispatcher } from '../delivery/dispatch/dispatcher.ts';
import { pendingOf } from '../delivery/pending-delivery.ts';
import type { OutboxStore } from '../delivery/store.ts';
import type { Logger } from '../log.ts';
import type { MetricsServer } from '../metrics/metrics-server.ts';
import type { ActiveConfig } from './active-config.ts';
import { AmiLink } from './ami-link.ts';
import { logAttempt } from './attempt-log.ts';
import { Intake } from './intake.ts';
import { UnknownEndpoints } from './unknown-endpoints.ts';

/** How often time is told to `calls`; a fifth of what a caller waits to be settled. */
const TICK_MS = 100;
/** More than come in, and so few at once that nothing waits for long: a hundred take a millisecond. */
const PRUNE_MS = 200;
const PRUNED_AT_ONCE = 100;
const KEEP_HEARD_MS = 10_000;

/** What there is from the beginning. */
export interface ServiceBase {
  inForce: ActiveConfig;
  log: Logger;
  metricsServer: MetricsServer;
}

/** What there is once the outbox is open. */
export interface Pipeline {
  base: ServiceBase;
  outbox: OutboxStore;
  outboxPath: string;
  dispatcher: Dispatcher;
  intake: Intake;
  link: AmiLink;
  /** Event IDs of rules whose receiver wants no more. */
  suspended: Set<string>;
  /** When time was last told to `calls`, by the monotonic clock. */
  lastTickAt: number;
}

/** Steps at which the fault tests kill the process; nothing in production. */
export type Step = (name: 'after write' | 'before send' | 'after answer' | 'before record') => void;

/** Does something again and again until the service stops. */
export type Repeat = (ms: number, what: () => unknown) => void;

export interface WiringOptions {
  step: Step | undefined;
  undo(what: () => void | Promise<void>): void;
}

/**
 * Joins the stages once the outbox is open, takes up what the last run has left, and sets all going.
 * @param undo is told how each thing that was started is stopped
 */
export async function startPipeline(
  base: ServiceBase,
  outbox: OutboxStore,
  outboxPath: string,
  { step, undo }: WiringOptions,
): Promise<Pipeline> {
  const { log, metricsServer } = base;
  const { calls, pending, suspended, facts } = await outbox.restore();
  const dispatcher = dispatcherOf(base, outbox, () => running, step);
  const strangers = new UnknownEndpoints((endpoints) =>
    log.warn(
      { endpoints },
      `no extension has these channels: ${endpoints.join(', ')}. A trunk is right here; a phone belongs under the \`channels\` of its extension`,
    ),
  );
  undo(() => strangers.stop());
  const intake = new Intake({
    outbox,
    log,
    inForce: () => base.inForce,
    suspended: () => running.suspended,
    onCallEvent: (event) => metricsServer.metrics?.callEvent(event),
    facts: () => heardUntilOf(link),
    onUnsent: (unsent) => {
      if (unsent.reason === 'no extension') strangers.note(unsent.channel);
    },
    onDead: ({ event }) => metricsServer.metrics?.settled(event, 'dead'),
    onWritten: (deliveries, madeAt) => {
      step?.('after write');
      for (const delivery of deliveries) dispatcher.add(pendingOf(delivery), madeAt);
    },
  });
  const link = new AmiLink({
    log,
    startup: facts.startup,
    heardUntil: facts.heardUntil === undefined ? undefined : Number(facts.heardUntil),
    wantsVariable: (name) => intake.wantsVariable(name),
    onEvent: (event) => {
      metricsServer.metrics?.amiEvent(event);
      intake.apply(event);
    },
    onBatchEnd: () => intake.commit(),
    onConnected: ({ gap, startup }) => {
      if (gap !== undefined) metricsServer.metrics?.gap(gap.length);
      outbox.write({ facts: { ...(startup !== undefined && { startup }), ...heardUntilOf(link) } });
      setImmediate(() => void base.inForce.sender.prepare());
    },
  });
  const running: Pipeline = {
    base,
    outbox,
    outboxPath,
    dispatcher,
    intake,
    link,
    suspended,
    lastTickAt: performance.now(),
  };
  intake.restore(calls as StoredCall[]);
  if (calls.length > 0 || pending.length > 0)
    log.info({ openCalls: calls.length, pending: pending.length }, 'taken up from the last run');
  link.use(base.inForce.ami);
  dispatcher.reconcile(pending);
  startTimers(running, createTicker(log, undo));
  return running;
}

function dispatcherOf(
  base: ServiceBase,
  outbox: OutboxStore,
  running: () => Pipeline,
  step: Step | undefined,
): Dispatcher {
  const { log, metricsServer } = base;
  return new Dispatcher({
    outbox,
    send: (request) => base.inForce.sender.send(request),
    policyFor: (ruleId, event) => base.inForce.policies.policyFor(ruleId, event),
    limits: () => base.inForce.config.delivery,
    clock: systemClock,
    onAttempt: (report: AttemptReport) => {
      metricsServer.metrics?.attempt(report);
      logAttempt(log, report);
      step?.('before record');
    },
    isSuspended: (ruleId) => running().suspended.has(ruleId),
    onSuspended: (ruleId, reason) => {
      running().suspended.add(ruleId);
      log.error(
        { eventId: ruleId, reason },
        `rule ${ruleId} is suspended: its receiver wants no more. Resume it with: call-events deliveries resume ${ruleId}`,
      );
    },
    onUnreadable: (err) => log.error({ err }, 'the outbox cannot be read; what is due is tried again'),
    ...(step && { failPoint: step }),
  });
}

function startTimers(running: Pipeline, every: Repeat): void {
  const { base, outbox, dispatcher, intake, link } = running;
  every(TICK_MS, () => {
    intake.tick();
    running.lastTickAt = performance.now();
  });
  outbox.onForeignChange({
    changed: ({ pending, suspended }) => {
      running.suspended = suspended;
      dispatcher.reconcile(pending);
    },
    unreadable: (err) =>
      base.log.error({ err }, 'what a command has changed in the outbox cannot be read; tried again'),
  });
  every(KEEP_HEARD_MS, () => outbox.write({ facts: heardUntilOf(link) }));
  every(PRUNE_MS, () => {
    const { keep, count } = base.inForce.config.delivery.history;
    return outbox.prune(Date.now() - keep, count, PRUNED_AT_ONCE);
  });
}

/** For what is done again and again until the service stops; a fault of one time is told, and is not its last. */
export function createTicker(log: Logger, undo: WiringOptions['undo']): Repeat {
  return (ms, what) => {
    const once = async () => {
      try {
        await what();
      } catch (err) {
        log.error({ err }, 'a fault of our own; tried again');
      }
    };
    const timer = setInterval(() => void once(), ms);
    undo(() => clearInterval(timer));
  };
}

/** What the next start has to know, to tell for how long nothing was heard. */
export function heardUntilOf({ heardUntil }: AmiLink): Record<string, string> {
  return heardUntil === undefined ? {} : { heardUntil: String(heardUntil) };
}
