import { performance } from 'node:perf_hooks';
import type { AmiEvent } from '../ami-events.ts';
import type { AmiLogger } from './logger.ts';

interface TimedEventsOptions {
  onEvent(event: AmiEvent): void;
  /** All events of one read were given. */
  onBatchEnd?: (() => void) | undefined;
  log: AmiLogger;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * The exit of the session: gives each event its time. An error in handling one event does not stop the others.
 * Those of one read have the time of that read, unless Asterisk gave them theirs.
 */
export class TimedEvents {
  readonly #options: TimedEventsOptions;
  /** When the bytes were read whose events are being emitted; 0 between two reads. */
  #readAt = 0;
  #lastReadAt = performance.now();

  constructor(options: TimedEventsOptions) {
    this.#options = options;
  }

  /** How many milliseconds ago something was read last, by the monotonic clock. */
  get idleMs(): number {
    return performance.now() - this.#lastReadAt;
  }

  beginRead(): void {
    this.#readAt = this.#options.now();
    this.#lastReadAt = performance.now();
  }

  endRead(): void {
    this.#readAt = 0;
    this.#endBatch();
  }

  /** Gives an event that has just been read its time, however long it is buffered. */
  setTime(event: AmiEvent): void {
    event.at ??= this.#readAt === 0 ? this.#options.now() : this.#readAt;
  }

  emit(event: AmiEvent): void {
    const reading = this.#readAt !== 0;
    // A check is not an event of a call: its time, by this machine's clock, must not pass for Asterisk's.
    if (event.event !== 'ChannelCheck' && event.event !== 'ChannelCheckRequested') this.setTime(event);
    try {
      this.#options.onEvent(event);
    } catch (err) {
      // An error over one event is no reason to lose the events after it.
      this.#options.log.error({ err, event }, 'AMI: an event could not be processed');
    }
    if (!reading) this.#endBatch();
  }

  #endBatch(): void {
    try {
      this.#options.onBatchEnd?.();
    } catch (err) {
      this.#options.log.error({ err }, 'AMI: what came of the last events could not be processed');
    }
  }
}
