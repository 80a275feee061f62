import { randomUUID } from 'node:crypto';
import { systemClock } from '../delivery/clock.ts';
import { Dispatcher } from '../delivery/dispatch/dispatcher.ts';
import type { OutboxChange } from '../delivery/outbox-change.ts';
import type { OutboxConsumer } from '../delivery/outbox-consumer.ts';
import { type PendingDelivery, pendingOf } from '../delivery/pending-delivery.ts';
import type { OutboxHealth, OutboxStore, RestoredOutbox, Unwritten } from '../delivery/store.ts';
import type { Logger } from '../log.ts';
import { Relay } from '../shared-queue/relay.ts';
import { isDenied } from '../shared-queue/sqlstate.ts';
import type { ActiveConfig } from './active-config.ts';
import type { FailPoint } from './fail-point.ts';
import type { IntakeChange } from './intake.ts';
import { writeUntil } from './last-writes.ts';
import type { ServiceEvents } from './service-events.ts';
import { Pair } from './service-pair.ts';
import { SharedQueueLink } from './shared-queue-link.ts';
import { SuspendedRules } from './suspended-rules.ts';
import type { Repeat } from './ticker.ts';

/** More than come in, and so few at once that nothing waits for long: a hundred take a millisecond. */
const PRUNE_MS = 200;
const PRUNED_AT_ONCE = 100;
/** Running attempts may end, and what waits for the disk is tried, within this time; systemd kills after 30 s. */
const STOP_MS = 25_000;
/** Nothing of ours takes this long: something hangs. */
const STALLED_MS = 10_000;

export interface DeliverySideOptions {
  outbox: OutboxStore;
  active: ActiveConfig;
  events: ServiceEvents;
  log: Logger;
  failPoint: FailPoint | undefined;
}

/** How a stop went. */
export interface Stopped {
  /** Whether all attempts that ran came to their end in time. */
  ended: boolean;
  /** What could not be written, and is lost; absent: nothing. */
  unwritten: Unwritten | undefined;
}

/** The outbox and what sends from it, whichever Asterisk its deliveries came from. */
export class DeliverySide {
  readonly suspended = new SuspendedRules();
  readonly #options: Omit<DeliverySideOptions, 'active'>;
  readonly #consumer: OutboxConsumer;
  /** Absent: this process sends. */
  readonly #queueLink: SharedQueueLink | undefined;
  #relay: Relay | undefined;
  /** Other services on the same Asterisk; absent: this process sends. */
  readonly pair: Pair | undefined;
  /** In the shared queue, the same after a restart. */
  #service = '';
  #active: ActiveConfig;

  constructor({ active, ...options }: DeliverySideOptions) {
    this.#options = options;
    this.#active = active;
    const { queue } = active.config;
    this.#queueLink = queue === undefined ? undefined : new SharedQueueLink(queue, active, options.log);
    if (this.#queueLink === undefined) {
      this.#consumer = this.#createDispatcher();
      return;
    }
    const link = this.#queueLink;
    const relay = this.#createRelay(link);
    this.#consumer = relay;
    this.#relay = relay;
    this.pair = new Pair({
      link,
      relay,
      service: () => this.#service,
      unwrittenMs: () => options.outbox.unwrittenMs,
      whenWritten: (written) => this.write({ written }),
      log: options.log,
    });
  }

  #createDispatcher(): Dispatcher {
    const { outbox, events, log, failPoint } = this.#options;
    const { suspended } = this;
    return new Dispatcher({
      outbox,
      send: (request) => this.#active.sender.send(request),
      policyFor: (ruleId, event) => this.#active.policies.policyFor(ruleId, event),
      rules: () => this.#active.rules,
      limits: () => this.#active.config.delivery,
      clock: systemClock,
      onAttempt: (report) => {
        events.emit('attempt', report);
        failPoint?.('before record');
      },
      isSuspended: (ruleId) => suspended.has(ruleId),
      onSuspended: (ruleId, reason) => {
        suspended.add(ruleId);
        events.emit('ruleSuspended', { ruleId, reason });
      },
      onUnreadable: (err) => log.error({ err }, 'the outbox cannot be read; what is due is tried again'),
      ...(failPoint && { failPoint }),
    });
  }

  #createRelay(link: SharedQueueLink): Relay {
    const { outbox, log } = this.#options;
    let isLogged = false;
    return new Relay({
      outbox,
      insert: async (rows, calls) => {
        try {
          await link.insert(rows, calls);
        } catch (error) {
          if (calls.length === 0 || !isDenied(error)) throw error;
          this.pair?.turnOff(error);
          await link.insert(rows, []);
        }
      },
      sourceOf: (server) => link.sourceOf(server),
      isUndecided: (delivery) => this.pair?.isUndecided(delivery) === true,
      onTrouble: (error) => {
        if (error === undefined) log.info('the shared queue can be written again; what has waited is moved into it');
        else if (!isLogged)
          log.error(`the shared queue cannot be written (${error.message}): deliveries wait in the outbox`);
        isLogged = error !== undefined;
      },
    });
  }

  /** Whether it sends what it has. If not, a second service on the same Asterisk sends nothing twice. */
  get sendsItself(): boolean {
    return this.#queueLink === undefined;
  }

  get outbox(): OutboxHealth {
    return this.#options.outbox.health;
  }

  get queue(): OutboxConsumer['queue'] & { trouble?: string } {
    const { queue, trouble } = this.#consumer;
    return { ...queue, ...(trouble !== undefined && { trouble: trouble.message }) };
  }

  /** Whether nothing due is left lying; if not, a restart may help. */
  get alive(): boolean {
    return this.#consumer.overdueMs < STALLED_MS;
  }

  /** Reads what an earlier run has left. */
  async restore(): Promise<RestoredOutbox> {
    const restored = await this.#options.outbox.restore();
    this.suspended.replace(restored.suspended);
    this.#service = restored.facts.service ?? randomUUID();
    if (this.pair !== undefined) this.write({ facts: { service: this.#service } });
    return restored;
  }

  /** Sends what is pending, and from now on what is stored. */
  start(pending: readonly PendingDelivery[], repeat: Repeat): void {
    const { outbox, log } = this.#options;
    this.#queueLink?.configure(this.#active);
    this.pair?.start(repeat);
    this.#consumer.reconcile(pending);
    outbox.onChangeByOtherProcess({
      known: () => this.#consumer.pending(),
      changed: (now) => {
        this.suspended.replace(now.suspended);
        this.#consumer.reconcile(now.pending);
      },
      unreadable: (err) => log.error({ err }, 'what a command has changed in the outbox cannot be read; tried again'),
    });
    repeat(PRUNE_MS, () => {
      const { keep, count } = this.#active.config.delivery.history;
      return outbox.prune(Date.now() - keep, count, PRUNED_AT_ONCE);
    });
  }

  /** Another configuration is active from now on. */
  configure(active: ActiveConfig): void {
    this.#active = active;
    this.#queueLink?.configure(active);
    this.#consumer.rulesChanged();
  }

  /** What sending needs is loaded, in a moment that is free: the first delivery is not to wait for it. */
  prepareSending(): void {
    setImmediate(() => {
      this.#active.sender
        .prepare()
        .catch((err) => this.#options.log.error({ err }, 'what sends cannot be loaded; each request tries it again'));
    });
  }

  write(change: OutboxChange): void {
    this.#options.outbox.write(change);
  }

  /** Open legs and the deliveries of their call events go to disk together, and only then are they sent. */
  store(server: string, change: IntakeChange & Pick<OutboxChange, 'facts'>): void {
    const { outbox, events, failPoint } = this.#options;
    const createdMonotonic = performance.now();
    outbox.write({
      ...change,
      written: () => {
        for (const delivery of change.deliveries) if (delivery.dead !== undefined) events.emit('deadLetter', delivery);
        failPoint?.('after write');
        this.publish(server, change.calls);
        for (const delivery of change.deliveries)
          if (delivery.dead === undefined) this.#consumer.add(pendingOf(delivery), createdMonotonic);
      },
    });
  }

  /**
   * Calls are as others may know them once their deliveries are in the queue. @param calls on disk, by the key that
   * they have there
   */
  publish(server: string, calls: IntakeChange['calls']): void {
    this.#relay?.note(this.pair?.published(server, calls) ?? []);
  }

  /** Begins no more attempts, and writes what is left to write, for as long as there is time. */
  async stop(): Promise<Stopped> {
    const { outbox } = this.#options;
    const deadline = performance.now() + STOP_MS;
    await outbox.flush();
    const ended = await this.#consumer.drain(STOP_MS);
    await this.#queueLink?.close();
    return { ended, unwritten: await writeUntil(deadline, outbox) };
  }
}
