import type { AmiEvent } from '../ami/events.ts';
import { AmiSession, type Gap } from '../ami/session/session.ts';
import type { AmiSettings } from '../ami/session/settings.ts';
import type { Logger } from '../log.ts';

/** Of a connection that is alive something is read at every ping; for so many intervals nothing: reading hangs. */
const QUIET_INTERVALS = 4;

export interface AmiLinkOptions {
  log: Logger;
  /** When Asterisk was started, as an earlier run knew it. */
  startup: string | undefined;
  /** Until when an earlier run heard Asterisk, milliseconds since 1970; absent: there was none. */
  heardUntil: number | undefined;
  /** Whether a channel variable of this name is wanted. */
  wantsVariable(name: string): boolean;
  onEvent(event: AmiEvent): void;
  onBatchEnd(): void;
  onConnected(about: { gap: Gap | undefined; startup: string | undefined }): void;
}

/** Keeps one session with Asterisk. When the settings change it is replaced: the old one has ended before the new begins. */
export class AmiLink {
  readonly #options: AmiLinkOptions;
  #session: AmiSession | undefined;
  #settings: (AmiSettings & { pingInterval: number }) | undefined;
  #startup: string | undefined;
  /** Since when nothing was heard, for a reason that the session does not know. */
  #silence: { since: number; reason: string } | undefined;
  #heardUntil: number | undefined;
  #changes: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: AmiLinkOptions) {
    this.#options = options;
    this.#startup = options.startup;
    this.#heardUntil = options.heardUntil;
    if (options.heardUntil !== undefined)
      this.#silence = { since: options.heardUntil, reason: 'call-events was not running' };
  }

  get connected(): boolean {
    return this.#session?.connected ?? false;
  }

  /** Whether it does its work, connected or not. */
  get alive(): boolean {
    if (this.#stopped) return false;
    const { pingInterval = 0 } = this.#settings ?? {};
    return !this.connected || (this.#session?.quietMs ?? 0) < QUIET_INTERVALS * pingInterval + 1000;
  }

  /** Until when Asterisk was heard, milliseconds since 1970; absent: never. */
  get heardUntil(): number | undefined {
    return this.connected ? Date.now() : this.#heardUntil;
  }

  /** Connects, or connects again when the settings are others. */
  use(settings: AmiSettings & { pingInterval: number }): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    if (this.#settings !== undefined)
      this.#options.log.info('the connection to Asterisk has other settings: connecting again');
    this.#settings = settings;
    this.#changes = this.#changes.then(async () => this.#replace(settings));
  }

  /** Nothing more is told once this has resolved. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#changes;
    await this.#endSession('call-events was not running');
  }

  async #replace(settings: AmiSettings): Promise<void> {
    await this.#endSession('the connection has other settings');
    if (this.#stopped || settings !== this.#settings) return;
    const { log, wantsVariable, onEvent, onBatchEnd } = this.#options;
    const session = new AmiSession({
      settings,
      startup: this.#startup,
      log,
      wantsVariable,
      onEvent,
      onBatchEnd,
      onConnected: (gap) => this.#connected(session, gap),
      onDisconnected: ({ since }) => {
        this.#heardUntil = since;
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
    if (this.#heardUntil !== undefined) this.#silence ??= { since: this.#heardUntil, reason };
  }

  #connected(session: AmiSession, lost: Gap | undefined): void {
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
