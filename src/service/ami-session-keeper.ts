import type { AmiEvent } from '../ami/ami-events.ts';
import { type Gap, ReconnectingSession, type SessionState } from '../ami/session/reconnecting-session.ts';
import type { AmiSettings } from '../ami/session/settings.ts';
import type { Logger } from '../log.ts';

/** A live connection answers every ping; if nothing is read for this many intervals, reading hangs. */
const IDLE_INTERVALS = 4;

export interface AmiSessionKeeperOptions {
  log: Logger;
  /** Whether a channel variable of this name is wanted. */
  wantsVariable(name: string): boolean;
  onEvent(event: AmiEvent): void;
  onBatchEnd(): void;
  onState(state: SessionState): void;
  onConnected(about: { gap: Gap | undefined; startup: string | undefined }): void;
}

/** The state of the session in an earlier run. */
export interface RestoredSession {
  /** When Asterisk was started, in its own words, as an earlier run knew it. */
  startup: string | undefined;
  /** The last time an earlier run was in contact with Asterisk, milliseconds since 1970; absent: it never was. */
  lastContactAt: number | undefined;
}

/**
 * Keeps one session with Asterisk. When the settings change it is replaced: the old one has ended before the new
 * begins.
 */
export class AmiSessionKeeper {
  readonly #options: AmiSessionKeeperOptions;
  #session: ReconnectingSession | undefined;
  #settings: (AmiSettings & { pingInterval: number }) | undefined;
  #startup: string | undefined;
  /** Since when there are no events, for a reason outside of the session. */
  #silence: { since: number; reason: string } | undefined;
  #lastContactAt: number | undefined;
  #changes: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: AmiSessionKeeperOptions) {
    this.#options = options;
  }

  /** Restores the state of an earlier run; to be called before {@link use}. */
  restore({ startup, lastContactAt }: RestoredSession): void {
    this.#startup = startup;
    this.#lastContactAt = lastContactAt;
    if (lastContactAt !== undefined) this.#silence = { since: lastContactAt, reason: 'call-events was not running' };
  }

  get state(): SessionState {
    return this.#session?.state ?? 'stopped';
  }

  /** Logged in, with events on. */
  get connected(): boolean {
    return this.#session?.connected ?? false;
  }

  /** Whether it works, connected or not. */
  get alive(): boolean {
    if (this.#stopped) return false;
    const { pingInterval = 0 } = this.#settings ?? {};
    return !this.connected || (this.#session?.idleMs ?? 0) < IDLE_INTERVALS * pingInterval + 1000;
  }

  /** The last time with a connection, milliseconds since 1970: now while there is one; absent: there never was. */
  get lastContactAt(): number | undefined {
    return this.connected ? Date.now() : this.#lastContactAt;
  }

  /** Connects, or connects again when the settings have changed. */
  use(settings: AmiSettings & { pingInterval: number }): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    if (this.#settings !== undefined)
      this.#options.log.info('the connection to Asterisk has other settings: connecting again');
    this.#settings = settings;
    this.#changes = this.#changes.then(async () => this.#replace(settings));
  }

  /** No event comes once this has resolved. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#changes;
    await this.#endSession('call-events was not running');
  }

  async #replace(settings: AmiSettings): Promise<void> {
    await this.#endSession('the connection has other settings');
    if (this.#stopped || settings !== this.#settings) return;
    const { log, wantsVariable, onEvent, onBatchEnd, onState } = this.#options;
    const session = new ReconnectingSession({
      settings,
      startup: this.#startup,
      log,
      wantsVariable,
      onEvent,
      onBatchEnd,
      onState,
      onConnected: (gap) => this.#connected(session, gap),
      onDisconnected: ({ since }) => {
        this.#lastContactAt = since;
      },
    });
    this.#session = session;
    session.start();
  }

  async #endSession(reason: string): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    await session.stop();
    this.#startup = session.startup;
    if (this.#lastContactAt !== undefined) this.#silence ??= { since: this.#lastContactAt, reason };
  }

  #connected(session: ReconnectingSession, lost: Gap | undefined): void {
    const { log, onConnected } = this.#options;
    const silence = this.#silence;
    this.#silence = undefined;
    let gap = lost;
    if (gap === undefined && silence !== undefined) {
      gap = { ...silence, length: Math.max(0, Date.now() - silence.since) };
      const seconds = (gap.length / 1000).toFixed(1);
      log.warn({ gap }, `AMI: ${seconds} s without events (${silence.reason}); asking which channels live`);
    }
    onConnected({ gap, startup: session.startup });
  }
}
