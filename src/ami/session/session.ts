import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DialectDecoder, USED_EVENTS } from '../decode/dialect.ts';
import { AmiError } from '../errors.ts';
import type { AmiEvent } from '../events.ts';
import type { Packet } from '../wire/packet.ts';
import { backoff } from './backoff.ts';
import { Connection } from './connection.ts';
import type { AmiLog } from './log.ts';
import { RESYNC_EVENTS, Resync } from './resync.ts';
import { type AmiSettings, type CompleteAmiSettings, completeSettings } from './settings.ts';

/** A time without a connection, in which events may have been lost. */
export interface Gap {
  /** When the connection was lost: milliseconds since 1970. */
  since: number;
  /** Milliseconds, by a clock that nobody sets. */
  length: number;
  /** Why it was lost. */
  reason: string;
}

export interface AmiSessionOptions {
  settings: AmiSettings;
  /** Takes each event. `at` is always there: the event's own `Timestamp`, else the time of reading. */
  onEvent(event: AmiEvent): void;
  /** All events of one read were given: a good moment to commit. */
  onBatchEnd?(): void;
  /** Logged in, and events are on. `gap` is absent for the first connection since `start`. */
  onConnected?(gap: Gap | undefined): void;
  onDisconnected?(about: { since: number; reason: string }): void;
  /** Whether a VarSet of this channel variable is wanted; left out: of all. */
  wantsVariable?: ((name: string) => boolean) | undefined;
  /** The text of each event as Asterisk sent it, used or not; valid only during the call. For `record`. */
  onBytes?(bytes: Uint8Array): void;
  log: AmiLog;
  /** When Asterisk was started, as an earlier run knew it ({@link AmiSession.startup}): a restart meanwhile is noticed. */
  startup?: string | undefined;
  /** Milliseconds since 1970; left out: the system's clock. */
  now?: () => number;
  /** From 0 up to 1; left out: Math.random. */
  random?: () => number;
}

const RESYNC_NAMES = new Set(RESYNC_EVENTS);

interface Disconnect {
  since: number;
  /** By the clock that nobody sets. */
  from: number;
  reason: string;
}

/**
 * Keeps one logged-in AMI connection, for as long as it is not stopped.
 *
 *     stopped ──start──▶ connecting ──▶ logged in ──lost──▶ waiting ──▶ connecting …
 *
 * Each try is a {@link Connection} of its own, so that nothing of a lost one is left. A lost connection is tried again
 * after a back-off; a refused login after a longer time, for only the administrator can mend it. After each login come
 * the questions of {@link Resync}.
 */
export class AmiSession {
  readonly #options: AmiSessionOptions;
  readonly #settings: CompleteAmiSettings;
  readonly #now: () => number;
  readonly #decoder: DialectDecoder;
  readonly #resync: Resync;
  #running: Promise<void> | undefined;
  #stopping = new AbortController();
  #connection: Connection | undefined;
  #connected = false;
  #lost: Disconnect | undefined;
  #failures = 0;
  #lastReadAt = performance.now();
  /** The time of the read that is being told; 0 between two. */
  #readAt = 0;

  /** @throws {AmiError} AMI_BAD_VALUE when a setting holds a line end */
  constructor(options: AmiSessionOptions) {
    this.#options = options;
    this.#settings = completeSettings(options.settings);
    this.#now = options.now ?? Date.now;
    this.#decoder = new DialectDecoder(options.wantsVariable);
    this.#resync = new Resync({
      decoder: this.#decoder,
      emit: (event) => this.#emit(event),
      log: options.log,
      startup: options.startup,
    });
  }

  /** Logged in, with events on. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Connected, or on the way to be: `false` before {@link start} and after {@link stop}. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  /** When Asterisk was started, in its own words; absent when it was not asked yet or does not tell us. */
  get startup(): string | undefined {
    return this.#resync.startup;
  }

  /** For how many milliseconds nothing was read, by a clock that nobody sets. */
  get idleMs(): number {
    return performance.now() - this.#lastReadAt;
  }

  /** Begins to connect; does nothing when it has begun. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#stopping = new AbortController();
    this.#running = this.#run(this.#stopping.signal);
  }

  /** Resolves when the connection is closed and nothing more will be told. May be called at any time, and again. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#stopping.abort();
    this.#connection?.close(new AmiError('AMI_CLOSED', 'stopped'));
    await running;
    if (this.#running === running) this.#running = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#lost = undefined;
    this.#failures = 0;
    while (!signal.aborted) {
      const reason = await this.#runConnection();
      const wasConnected = this.#connected;
      this.#connected = false;
      if (wasConnected) {
        this.#lost = { since: this.#now(), from: performance.now(), reason: reason.message };
        this.#options.onDisconnected?.({ since: this.#lost.since, reason: reason.message });
      }
      if (signal.aborted) return;
      await this.#wait(reason, signal);
    }
  }

  /** @returns why it ended */
  async #runConnection(): Promise<AmiError> {
    const connection = new Connection(this.#settings, [...USED_EVENTS, ...RESYNC_EVENTS], {
      onEvent: (packet) => this.#packet(packet, connection),
      onBanner: (version) => this.#decoder.banner(version),
      onBytes: this.#options.onBytes,
      onBatchBegin: () => {
        this.#readAt = this.#now();
        this.#lastReadAt = performance.now();
      },
      onBatchEnd: () => {
        this.#readAt = 0;
        this.#batchEnd();
      },
    });
    this.#connection = connection;
    try {
      await connection.open();
      await this.#resync.begin(connection, this.#settings);
      this.#tellConnected();
      let listing = await this.#resync.list(connection, this.#settings);
      while (listing === 'silent') {
        await connection.pause(this.#settings.listAgain);
        listing = await this.#resync.listAgain(connection, this.#settings);
      }
      return await connection.ended;
    } catch (error) {
      if (error instanceof AmiError) return error;
      const reason = new AmiError('AMI_CLOSED', 'an error of our own', error);
      connection.close(reason);
      this.#options.log.error({ err: error }, 'AMI: an error of our own ended the connection');
      return reason;
    } finally {
      this.#resync.lost();
      this.#connection = undefined;
    }
  }

  #tellConnected(): void {
    const { host, port, eventMask } = this.#settings;
    const lost = this.#lost;
    const gap = lost && { since: lost.since, length: performance.now() - lost.from, reason: lost.reason };
    this.#connected = true;
    this.#failures = 0;
    const about = { host, port, eventMask, dialect: this.#decoder.dialect, startup: this.#resync.startup };
    if (gap === undefined) this.#options.log.info(about, 'AMI: connected');
    else {
      const seconds = (gap.length / 1000).toFixed(1);
      this.#options.log.warn({ ...about, gap }, `AMI: connected again after ${seconds} s without events`);
    }
    this.#options.onConnected?.(gap);
  }

  async #wait(reason: AmiError, signal: AbortSignal): Promise<void> {
    const { host, port, backoffMin, backoffMax, refusedDelay } = this.#settings;
    const { log, random = Math.random } = this.#options;
    this.#failures++;
    const refused = reason.code === 'AMI_LOGIN_REFUSED';
    const wait = Math.max(backoff(this.#failures, backoffMin, backoffMax, random()), refused ? refusedDelay : 0);
    const about = { host, port, code: reason.code, retryInMs: wait };
    if (refused) log.error(about, `AMI: ${reason.message}. Check username, secret, deny and permit in manager.conf`);
    else log.warn(about, `AMI: ${reason.message}`);
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }

  #packet(packet: Packet, connection: Connection): void {
    if (RESYNC_NAMES.has(packet.event)) {
      // Asterisk was still starting when it was asked: the answer is worth nothing.
      if (this.#resync.packet(packet)) this.#resync.list(connection, this.#settings).catch(() => undefined);
      return;
    }
    this.#decoder.packet(packet, this.#told);
  }

  readonly #told = (event: AmiEvent) => {
    event.at ??= this.#readAt === 0 ? this.#now() : this.#readAt;
    this.#resync.forward(event);
  };

  #emit(event: AmiEvent): void {
    const reading = this.#readAt !== 0;
    if (event.at === undefined) event.at = reading ? this.#readAt : this.#now();
    try {
      this.#options.onEvent(event);
    } catch (err) {
      // A fault over one event is no reason to lose those after it.
      this.#options.log.error({ err, event }, 'AMI: an event could not be worked on');
    }
    if (!reading) this.#batchEnd();
  }

  #batchEnd(): void {
    try {
      this.#options.onBatchEnd?.();
    } catch (err) {
      this.#options.log.error({ err }, 'AMI: what came of the last events could not be worked on');
    }
  }
}
