import type { RestoredOutbox } from '../delivery/store.ts';
import type { Logger } from '../log.ts';
import type { ActiveServer } from './active-config.ts';
import { AmiSessionKeeper } from './ami-session-keeper.ts';
import type { DeliverySide } from './delivery-side.ts';
import { Intake } from './intake.ts';
import { SameAmiUserAlarm } from './same-ami-user-alarm.ts';
import type { ServiceEvents } from './service-events.ts';
import type { OpenLeg, ServerState } from './service-state.ts';
import type { Repeat } from './ticker.ts';
import { UnknownEndpoints } from './unknown-endpoints.ts';

/**
 * How often time passes for the calls without an event; a fifth of what a caller without a dial waits to be concluded.
 */
const TICK_MS = 100;
/** How often the time of the last contact is stored, for the case that the service is killed. */
const STORE_CONTACT_MS = 10_000;
/** Nothing of ours takes this long: something hangs. */
const STALLED_MS = 10_000;

const NO_STARTUP =
  'Asterisk does not say when it was started, for the user may not ask (CoreStatus needs write=reporting in manager.conf): beside a second service on this Asterisk that may ask, this one SENDS NOTHING, because its ids differ. Grant that right';

export interface AsteriskFeedOptions {
  /** Its name in config.yaml; empty where there is only one. */
  server: string;
  active: ActiveServer;
  /** Where what comes of its events goes. */
  deliveries: DeliverySide;
  events: ServiceEvents;
  log: Logger;
}

/**
 * One Asterisk server, from the connection to what is to be stored: its session, its calls, and its unknown endpoints.
 */
export class AsteriskFeed {
  readonly #server: string;
  readonly #deliveries: DeliverySide;
  readonly #unknown: UnknownEndpoints;
  readonly #intake: Intake;
  readonly #amiSession: AmiSessionKeeper;
  readonly #claim: SameAmiUserAlarm;
  /** The connection that there is, or was last; absent: there was none yet. */
  #connection: { since: number; knowsStartup: boolean } | undefined;
  #active: ActiveServer;
  /** Ends its part in the pair; absent: there is none. */
  #leavePair: (() => void) | undefined;
  #stopped = false;
  /** When time last passed for the calls, by the monotonic clock. */
  #lastTickAt = performance.now();

  constructor({ server, active, deliveries, events, log }: AsteriskFeedOptions) {
    this.#server = server;
    this.#active = active;
    this.#deliveries = deliveries;
    this.#unknown = new UnknownEndpoints(server, events, log);
    this.#claim = new SameAmiUserAlarm(log);
    const intake = new Intake({ server, active, suspended: deliveries.suspended, events, log });
    this.#intake = intake;
    this.#amiSession = new AmiSessionKeeper({
      log,
      wantsVariable: (name) => intake.wantsVariable(name),
      onEvent: (event) => {
        events.emit('amiEvent', { server, event });
        intake.apply(event);
      },
      onBatchEnd: () => this.#commit(),
      onState: (state) => {
        events.emit('feedState', { server, state });
        if (state === 'ready') this.#publishAll();
      },
      onConnected: ({ gap, startup }) => {
        this.#connection = { since: performance.now(), knowsStartup: startup !== undefined };
        if (startup === undefined && !deliveries.sendsItself) log.error(NO_STARTUP);
        if (gap !== undefined) events.emit('gap', { server, gap });
        const facts = {
          ...(startup !== undefined && { [this.#factNamed('startup')]: startup }),
          ...this.#lastContact(),
        };
        deliveries.write({ facts });
        deliveries.prepareSending();
      },
    });
  }

  get state(): ServerState {
    const { state, connected } = this.#amiSession;
    const { unseen } = this.#intake;
    const withoutStartup = this.#connection?.knowsStartup === false && !this.#deliveries.sendsItself;
    return {
      server: this.#server,
      state,
      connected,
      ...(withoutStartup && { withoutStartup: true as const }),
      ...(unseen.length > 0 && { unseen }),
    };
  }

  /** How much is kept of its calls. */
  get size(): Intake['size'] {
    return this.#intake.size;
  }

  /** Whether Asterisk is read and time goes on for the calls; if not, a restart may help. */
  get alive(): boolean {
    return this.#amiSession.alive && performance.now() - this.#lastTickAt < STALLED_MS;
  }

  openLegs(): OpenLeg[] {
    return this.#intake.openLegs();
  }

  /** Before {@link start}. */
  restore({ calls, facts }: Pick<RestoredOutbox, 'calls' | 'facts'>): void {
    const { [this.#factNamed('startup')]: startup, [this.#factNamed('heardUntil')]: heardUntil } = facts;
    this.#intake.restore(calls);
    this.#deliveries.publish(this.#server, this.#intake.keyed(calls));
    this.#amiSession.restore({ startup, lastContactAt: heardUntil === undefined ? undefined : Number(heardUntil) });
  }

  start(repeat: Repeat): void {
    this.#unknown.start();
    this.#leavePair = this.#deliveries.pair?.join(this.#server, {
      listening: () => (this.#amiSession.state === 'ready' ? this.#connection : undefined),
      begunUnseen: () => this.#intake.begunUnseen(),
      partialLegs: () => this.#intake.partialLegs(),
      adopt: (calls, isOrphaned) => {
        const gaveWay = this.#intake.adopt(calls, isOrphaned);
        this.#commit();
        return gaveWay;
      },
      decided: (legs) => {
        this.#intake.decided(legs);
        this.#commit();
      },
    });
    if (this.#deliveries.sendsItself) this.#claim.use(this.#active.ami);
    this.#amiSession.use(this.#active.ami);
    repeat(TICK_MS, () => {
      if (this.#stopped) return;
      this.#intake.passTime();
      this.#commit();
      this.#lastTickAt = performance.now();
    });
    repeat(STORE_CONTACT_MS, () => {
      if (!this.#stopped) this.#deliveries.write({ facts: this.#lastContact() });
    });
  }

  /** Another configuration is active from now on. */
  configure(active: ActiveServer): void {
    this.#active = active;
    this.#intake.configure(active);
    if (this.#deliveries.sendsItself) this.#claim.use(active.ami);
    this.#amiSession.use(active.ami);
  }

  /** Reads no more events; what has come of the last ones is on its way to the outbox when this resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#amiSession.stop();
    await this.#claim.stop();
    this.#unknown.stop();
    this.#commit();
    this.#deliveries.write({ facts: this.#lastContact() });
  }

  /** The server is no longer in config.yaml: nothing would end its legs, so they end now. */
  async retire(): Promise<void> {
    await this.stop();
    this.#leavePair?.();
    this.#intake.apply({ event: 'Restarted' });
    this.#commit();
  }

  /** Another service may have taken over what was published, and may know what Asterisk's list has shown. */
  #publishAll(): void {
    const { pair } = this.#deliveries;
    if (pair === undefined) return;
    this.#commit();
    this.#deliveries.store(this.#server, { calls: this.#intake.calls(), deliveries: [] });
    void pair.beat();
  }

  /** Gives what has come of the events to the outbox, as one change. */
  #commit(): void {
    const change = this.#intake.takeChange();
    if (change === undefined) return;
    this.#deliveries.store(this.#server, { ...change, facts: this.#lastContact() });
  }

  /** What the next start has to know, to say how long it was without events. */
  #lastContact(): Record<string, string> {
    const { lastContactAt } = this.#amiSession;
    return lastContactAt === undefined ? {} : { [this.#factNamed('heardUntil')]: String(lastContactAt) };
  }

  #factNamed(name: string): string {
    return this.#server === '' ? name : `${name} of ${this.#server}`;
  }
}
