import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import type { ServiceEvents } from '../service/service-events.ts';
import type { ServerState, ServiceState } from '../service/service-state.ts';

/** Labels of a series; none where there is only one server. */
const named = (server: string) => (server === '' ? {} : { server });

/** From a LAN's answer to the deadline of 10 s. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The service's metrics for Prometheus. Names begin with `call_events_`. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #amiEvents = this.#counter(
    'ami_events_total',
    'Events read from Asterisk that are used.',
    'event',
    'server',
  );
  readonly #callEvents = this.#counter(
    'call_events_total',
    'Call events of extensions, whether a rule asks for them or not.',
    'event',
    'server',
  );
  readonly #gaps = this.#counter(
    'ami_gaps_total',
    'Times without events from Asterisk that are over: the connection was lost, or the service was not running.',
    'server',
  );
  readonly #gapSeconds = this.#counter('ami_gap_seconds_total', 'How long they were, together.', 'server');
  readonly #missedHangups = this.#counter(
    'missed_hangups_total',
    'Channels that had ended without a Hangup that was seen, found by the list of channels.',
    'server',
  );
  readonly #attempts = this.#counter('attempts_total', 'Requests sent, by what came of them.', 'event', 'outcome');
  readonly #deliveries = this.#counter(
    'deliveries_total',
    'Deliveries that the service has settled: delivered, dead (of a suspended rule, too) or expired.',
    'event',
    'outcome',
  );
  readonly #durations = new Histogram({
    name: 'call_events_attempt_duration_seconds',
    help: 'How long the attempts took.',
    buckets: DURATIONS,
    registers: [this.#registry],
  });

  readonly #state: () => ServiceState;

  /** @param state is read at each scrape @param hasAsterisk whether the process connects to Asterisk at all */
  constructor(state: () => ServiceState, hasAsterisk = true) {
    this.#state = state;
    collectDefaultMetrics({ register: this.#registry });
    if (hasAsterisk) this.#showAsterisk(state);
    this.#gauge('queue_depth', 'Deliveries that are not settled.', () => state().queue.depth);
    this.#gauge('queue_oldest_seconds', 'Age of the oldest of them.', () => state().queue.oldestMs / 1000);
    this.#gauge('attempts_running', 'Requests on their way now.', () => state().queue.running);
    this.#gauge('rules_suspended', 'Rules whose receiver answered 410 Gone.', () => state().suspended);
    this.#gauge('config_ok', 'Whether config.yaml as it stands now is the active configuration.', () =>
      Number(state().refused === undefined),
    );
    this.#gauge('outbox_ok', 'Whether the outbox can be written, and its file is where it belongs.', () =>
      Number(state().outbox.ok),
    );
    this.#gauge('outbox_waiting', 'Changes that wait to be written.', () => state().outbox.waiting);
    this.#gauge(
      'outbox_lost',
      'Changes dropped since the start, because the disk was full for too long.',
      () => state().outbox.lost,
    );
  }

  #showAsterisk(state: () => ServiceState): void {
    this.#serverGauge('ami_connected', 'Whether Asterisk is connected and logged in.', state, ({ connected }) =>
      Number(connected),
    );
    this.#serverGauge(
      'channels_unseen',
      'Channels in the last list of Asterisk that no event has shown: events are withheld.',
      state,
      ({ unseen = [] }) => unseen.length,
    );
    this.#gauge('channels', 'Channels alive.', () => state().tracker.channels);
    this.#gauge('legs_open', 'Legs whose Hangup is to come.', () => state().tracker.legs);
  }

  /** Begins to count events. @returns a function that ends it */
  count(events: ServiceEvents): () => void {
    const subscriptions = [
      events.on('amiEvent', ({ server, event: { event } }) => this.#amiEvents.inc({ event, ...named(server) })),
      events.on('callEvent', ({ server, event: { event } }) => this.#callEvents.inc({ event, ...named(server) })),
      events.on('channelCheck', ({ server, result: { gone } }) => this.#missedHangups.inc(named(server), gone.length)),
      events.on('attempt', (report) => this.#attempt(report)),
      events.on('deadLetter', ({ event }) => this.#deliveries.inc({ event, outcome: 'dead' })),
      events.on('gap', ({ server, gap }) => {
        this.#gaps.inc(named(server));
        this.#gapSeconds.inc(named(server), gap.length / 1000);
      }),
    ];
    return () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    // A series exists before its first event.
    for (const { server } of this.#state().servers)
      for (const counter of [this.#gaps, this.#gapSeconds, this.#missedHangups]) counter.inc(named(server), 0);
    return this.#registry.metrics();
  }

  #attempt({ delivery: { event }, outcome, sent, durationMs }: AttemptReport): void {
    if (sent) {
      this.#attempts.inc({ event, outcome });
      this.#durations.observe(durationMs / 1000);
    }
    if (outcome !== 'retry') this.#deliveries.inc({ event, outcome });
  }

  #counter<Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `call_events_${name}`, help, labelNames, registers: [this.#registry] });
  }

  /** A gauge with a value for each Asterisk server. */
  #serverGauge(name: string, help: string, state: () => ServiceState, value: (server: ServerState) => number): void {
    const gauge: Gauge<'server'> = new Gauge({
      name: `call_events_${name}`,
      help,
      labelNames: ['server'],
      registers: [this.#registry],
      collect: () => {
        gauge.reset();
        const { servers } = state();
        if (servers.length === 0) gauge.set(0);
        for (const one of servers) gauge.set(named(one.server), value(one));
      },
    });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `call_events_${name}`,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(value()),
    });
  }
}
