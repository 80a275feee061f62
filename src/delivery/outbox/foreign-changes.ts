import type { PendingDelivery } from '../pending-delivery.ts';
import type { ForeignChangeListener, PendingWork } from '../store.ts';

/** How often it looks whether a command beside the service has changed the file. */
const LOOK_MS = 1000;
/**
 * Reading what is pending takes a twentieth of the time at most, while a page sets many to be sent again: a hundred
 * thousand take a third of a second.
 */
const REST = 20;

/** The file of the outbox, as far as this looks at it. */
export interface ChangeableFile {
  /** Changes whenever another process has written to the file. */
  version(): number;
  isWritable(): boolean;
  /** @returns whether it was cut or overwritten; then nothing is read from it */
  pauseIfHarmed(): boolean;
  /** Writes what waits. */
  flush(): void;
  read(): PendingWork;
}

/** Notices what another process has changed in the file: `call-events deliveries retry`, or the page. */
export class ForeignChanges {
  readonly #file: ChangeableFile;
  #listener: ForeignChangeListener | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** Until when it does not look, by the monotonic clock. */
  #restsUntil = 0;
  /** When another process had written last, as far as is known here. */
  #knownVersion: number | undefined;

  constructor(file: ChangeableFile) {
    this.#file = file;
  }

  /** The file is about to be read as a whole. Called before: what changes meanwhile is noticed. */
  markKnown(): void {
    this.#knownVersion = this.#file.version();
  }

  /** All that is pending as far as the listener knows, the oldest of each leg first; absent while there is no listener. */
  knownPending(): PendingDelivery[] | undefined {
    return this.#listener?.known();
  }

  start(listener: ForeignChangeListener): void {
    this.#listener = listener;
    this.#knownVersion ??= this.#file.version();
    clearInterval(this.#looking);
    this.#looking = setInterval(() => this.#look(listener), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #look(listener: ForeignChangeListener): void {
    const file = this.#file;
    if (!file.isWritable() || file.pauseIfHarmed() || performance.now() < this.#restsUntil) return;
    try {
      const version = file.version();
      if (version === this.#knownVersion) return;
      const began = performance.now();
      // What is not on disk would be taken for something that the other process has changed.
      file.flush();
      if (!file.isWritable()) return;
      this.#knownVersion = version;
      listener.changed(file.read());
      const now = performance.now();
      this.#restsUntil = now + REST * (now - began);
    } catch (error) {
      listener.unreadable(error);
    }
  }
}
