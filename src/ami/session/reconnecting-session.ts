import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AmiEvent } from '../ami-events.ts';
import { DialectDecoder, USED_EVENTS } from '../decode/dialect.ts';
import { AmiError } from '../errors.ts';
import type { Packet } from '../wire/packet.ts';
import { backoff } from './backoff.ts';
import { Connection } from './connection.ts';
import type { AmiLogger } from './logger.ts';
import { type ListOutcome, RESYNC_EVENTS, Resync } from './resync.ts';
import { type AmiSettings, type CompleteAmiSettings, completeSettings } from './settings.ts';
import { TimedEvents } from './timed-events.ts';

/** A time without a connection, in which events may have been lost. */
export interface Gap {
  /** When the connection was lost: milliseconds since 1970. */
  since: number;
  /** Milliseconds, by the monotonic clock. */
  length: number;
  /** Why it was lost. */
  reason: string;
}

/** Where a session is; {@link ReconnectingSession} draws the way from one to the next. */
export type SessionState =
  /** Before {@link ReconnectingSession.start} and after {@link ReconnectingSession.stop}. */
  | 'stopped'
  /** To the port, and to TLS. */
  | 'connecting'
  | 'logging in'
  /** Logged in; asks when Asterisk was started, and for its events. */
  | 'subscribing'
  /** Events come; which channels live was asked, and is not answered yet. */
  | 'synchronising'
  /** Events come, and the list of channels has come, or is refused for lack of rights. */
  | 'ready'
  /** There is no connection; the next attempt comes after a while. */
  | 'waiting';

export interface AmiSessionOptions {
  settings: AmiSettings;
  /** Takes each event. `at` is always there: the event's own `Timestamp`, else the time of reading. */
  onEvent(event: AmiEvent): void;
  /** All events of one read were given: a good moment to commit. */
  onBatchEnd?(): void;
  /** Logged in, and events are on. `gap` is absent for the first connection since `start`. */
  onConnected?(gap: Gap | undefined): void;
  /** The connection was lost after {@link onConnected}. */
  onDisconnected?(about: { since: number; reason: string }): void;
  onState?(state: SessionState): void;
  /** Whether a VarSet of this channel variable is wanted; left out: of all. */
  wantsVariable?: ((name: string) => boolean) | undefined;
  /** The text of each event as Asterisk sent it, used or not; valid only during the call. For `record`. */
  onBytes?(bytes: Uint8Array): void;
  log: AmiLogger;
  /**
   * When Asterisk was started, as an earlier run knew it ({@link ReconnectingSession.startup}): a restart meanwhile is
   * noticed.
   */
  startup?: string | undefined;
  /** Milliseconds since 1970; left out: the system's clock. */
  now?: () => number;
  /** From 0 up to 1; left out: Math.random. */
  random?: () => number;
}

const RESYNC_NAMES = new Set(RESYNC_EVENTS);

interface Disconnect {
  /** Milliseconds since 1970. */
  since: number;
  /** The same by the monotonic clock. */
  from: number;
  reason: string;
}

/**
 * Keeps one logged-in AMI connection, for as long as it is not stopped.
 *
 *     stopped ──start──▶ connecting ──▶ logging in ──▶ subscribing ──▶ synchronising ◀──▶ ready
 *                            ▲                                                │             │
 *                            └───── waiting ◀── the connection ended, in any of these ──────┘
 *
 * Each attempt is a {@link Connection} of its own, so that nothing of a lost one is left. A lost connection is tried
 * again after a back-off; a refused login after a longer time, for only the administrator can fix it. Subscribing and
 * synchronising are the work of {@link Resync}; `ready` is left for `synchronising` when Asterisk says that it is up
 * only now.
 */
export class ReconnectingSession {
  readonly #options: AmiSessionOptions;
  readonly #settings: CompleteAmiSettings;
  readonly #now: () => number;
  readonly #decoder: DialectDecoder;
  readonly #resync: Resync;
  readonly #events: TimedEvents;
  #state: SessionState = 'stopped';
  /** Ends the run. */
  #abort = new AbortController();
  /** From the start to the end of the stop. */
  #run: Promise<void> = Promise.resolve();
  /** On this connection an event has shown a channel that began. */
  #sawChannel = false;
  /** Asterisk has said that it has only now booted, since the list of channels was asked for. */
  #booted = false;
  /** Ends the wait that is under way. */
  #onBooted: () => void = () => undefined;

  /** @throws {AmiError} AMI_BAD_VALUE when a setting contains a line end */
  constructor(options: AmiSessionOptions) {
    this.#options = options;
    this.#settings = completeSettings(options.settings);
    this.#now = options.now ?? Date.now;
    this.#decoder = new DialectDecoder(options.wantsVariable);
    const { onEvent, onBatchEnd, log } = options;
    this.#events = new TimedEvents({ onEvent, onBatchEnd, log, now: this.#now });
    this.#resync = new Resync({
      decoder: this.#decoder,
      emit: (event) => this.#events.emit(event),
      onBooted: () => {
        this.#booted = true;
        this.#onBooted();
      },
      log: options.log,
      startup: options.startup,
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Logged in, with events on. */
  get connected(): boolean {
    return this.#state === 'synchronising' || this.#state === 'ready';
  }

  /** When Asterisk was started, in its own words; absent when it was not asked yet or does not say. */
  get startup(): string | undefined {
    return this.#resync.startup;
  }

  /** How many milliseconds ago something was read last, by the monotonic clock. */
  get idleMs(): number {
    return this.#events.idleMs;
  }

  /** Begins to connect; does nothing when it has begun, or has not stopped yet. */
  start(): void {
    if (this.#state !== 'stopped') return;
    this.#abort = new AbortController();
    this.#run = this.#connectAgainAndAgain(this.#abort.signal);
  }

  /** Resolves when the connection is closed and no more events come. May be called at any time, and again. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#run;
  }

  async #connectAgainAndAgain(signal: AbortSignal): Promise<void> {
    let lost: Disconnect | undefined;
    let failures = 0;
    while (!signal.aborted) {
      const reason = await this.#runConnection(lost, signal);
      failures++;
      const wasConnected = this.connected;
      this.#setState(signal.aborted ? 'stopped' : 'waiting');
      if (wasConnected) {
        failures = 1;
        lost = { since: this.#now(), from: performance.now(), reason: reason.message };
        this.#options.onDisconnected?.({ since: lost.since, reason: lost.reason });
      }
      if (signal.aborted) return;
      await this.#wait(reason, failures, signal);
    }
    this.#setState('stopped');
  }

  /** @param lost when there was a connection last @returns why this one ended */
  async #runConnection(lost: Disconnect | undefined, signal: AbortSignal): Promise<AmiError> {
    const connection = this.#createConnection();
    const stop = () => connection.close(new AmiError('AMI_CLOSED', 'stopped'));
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#setState('connecting');
      await connection.connect();
      this.#setState('logging in');
      await connection.logIn();
      this.#setState('subscribing');
      await this.#resync.subscribe(connection, this.#settings);
      this.#setState('synchronising');
      this.#reportConnected(lost);
      while (connection.open) await this.#followChannels(connection);
      return await connection.ended;
    } catch (error) {
      if (error instanceof AmiError) return error;
      const reason = new AmiError('AMI_CLOSED', 'an internal error', error);
      connection.close(reason);
      this.#options.log.error({ err: error }, 'AMI: an internal error ended the connection');
      return reason;
    } finally {
      this.#resync.reset();
      signal.removeEventListener('abort', stop);
    }
  }

  /**
   * How long until the list of channels is asked for. Before any channel was seen to begin, the rights may be missing.
   */
  get #untilCheck(): number {
    const { listInterval, pingInterval } = this.#settings;
    return this.#sawChannel ? listInterval : Math.min(listInterval, pingInterval);
  }

  #createConnection(): Connection {
    this.#sawChannel = false;
    return new Connection(this.#settings, [...USED_EVENTS, ...RESYNC_EVENTS], {
      onEvent: (packet) => this.#packet(packet),
      onBanner: (version) => this.#decoder.banner(version),
      onBytes: this.#options.onBytes,
      onBatchBegin: () => this.#events.beginRead(),
      onBatchEnd: () => this.#events.endRead(),
    });
  }

  /**
   * Asks which channels live until that is answered, then checks it now and then. Resolves when Asterisk has only now
   * booted, so that all of this has to begin anew, or when the connection has ended.
   * @throws {AmiError} when the connection ends before
   */
  async #followChannels(connection: Connection): Promise<void> {
    const { listAgain } = this.#settings;
    this.#booted = false;
    let outcome = await this.#list(connection);
    while (outcome === 'unanswered') {
      await this.#unlessBooted(connection.pause(listAgain));
      if (this.#booted) return;
      outcome = await this.#list(connection, 'again');
    }
    if (outcome === 'refused') await this.#unlessBooted(connection.ended);
    while (outcome === 'received' && !this.#booted) {
      await this.#unlessBooted(connection.pause(this.#untilCheck));
      if (!this.#booted) await this.#unlessBooted(this.#resync.check(connection));
    }
  }

  /** @throws {AmiError} when the connection ends before */
  async #list(connection: Connection, again?: 'again'): Promise<ListOutcome> {
    this.#setState('synchronising');
    const outcome = await this.#unlessBooted(
      again === undefined
        ? this.#resync.list(connection, this.#settings)
        : this.#resync.listAgain(connection, this.#settings),
    );
    if (connection.open && (outcome === 'received' || outcome === 'refused')) this.#setState('ready');
    return outcome ?? 'superseded';
  }

  /** The promised value; absent as soon as Asterisk says that it has only now booted. What was promised goes on. */
  #unlessBooted<T>(promise: Promise<T>): Promise<T | undefined> {
    const booted = new Promise<undefined>((resolve) => {
      this.#onBooted = () => resolve(undefined);
    });
    if (this.#booted) this.#onBooted();
    return Promise.race([booted, promise]);
  }

  #setState(state: SessionState): void {
    if (state === this.#state) return;
    const { log, onState } = this.#options;
    const { host, port } = this.#settings;
    log.debug({ host, port, from: this.#state }, `AMI: ${state}`);
    this.#state = state;
    onState?.(state);
  }

  #reportConnected(lost: Disconnect | undefined): void {
    const { host, port, eventMask } = this.#settings;
    const gap = lost && { since: lost.since, length: performance.now() - lost.from, reason: lost.reason };
    // What of it the user's rights allow, Asterisk does not say.
    const about = {
      host,
      port,
      eventsAskedFor: eventMask,
      dialect: this.#decoder.dialect,
      startup: this.#resync.startup,
    };
    if (gap === undefined) this.#options.log.info(about, `AMI: connected to ${host}:${port}`);
    else {
      const seconds = (gap.length / 1000).toFixed(1);
      this.#options.log.warn({ ...about, gap }, `AMI: connected again after ${seconds} s without events`);
    }
    this.#options.onConnected?.(gap);
  }

  /** @param failures how many attempts have failed in a row */
  async #wait(reason: AmiError, failures: number, signal: AbortSignal): Promise<void> {
    const { host, port, backoffMin, backoffMax, refusedDelay } = this.#settings;
    const { log, random = Math.random } = this.#options;
    const refused = reason.code === 'AMI_LOGIN_REFUSED';
    const wait = Math.max(backoff(failures, backoffMin, backoffMax, random()), refused ? refusedDelay : 0);
    const about = { host, port, code: reason.code, retryInMs: wait };
    if (refused) log.error(about, `AMI: ${reason.message}. Check username, secret, deny and permit in manager.conf`);
    else log.warn(about, `AMI: ${reason.message}`);
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }

  #packet(packet: Packet): void {
    if (RESYNC_NAMES.has(packet.event)) {
      this.#resync.packet(packet);
      return;
    }
    this.#decoder.packet(packet, this.#onDecoded);
  }

  readonly #onDecoded = (event: AmiEvent) => {
    if (event.event === 'Newchannel') this.#sawChannel = true;
    this.#events.setTime(event);
    this.#resync.forward(event);
  };
}
