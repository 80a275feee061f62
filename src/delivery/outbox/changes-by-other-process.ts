import type { PendingDelivery } from '../pending-delivery.ts';
import type { OtherProcessListener, PendingWork } from '../store.ts';

/** How often it checks whether a command beside the service has changed the file. */
const LOOK_MS = 1000;
/**
 * Reading the pending deliveries takes a twentieth of the time at most, while a page sets many to be sent again: a
 * hundred thousand take a third of a second.
 */
const REST = 20;

/** The operations on the outbox's file that this needs. */
export interface ChangeableFile {
  /** Changes whenever another process has written to the file. */
  version(): number;
  /** Whether the outbox can be written and its file has no problem. */
  isHealthy(): boolean;
  /** @returns whether it was cut or overwritten; then nothing is read from it */
  pauseIfHarmed(): boolean;
  /** Writes the changes that wait. */
  flush(): void;
  read(): PendingWork;
}

/** Notices when another process has changed the file: `call-events deliveries retry`, or the page. */
export class ChangesByOtherProcess {
  readonly #file: ChangeableFile;
  #listener: OtherProcessListener | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** No check before this time, by the monotonic clock. */
  #restsUntil = 0;
  /** The file's version at the last read. */
  #knownVersion: number | undefined;

  constructor(file: ChangeableFile) {
    this.#file = file;
  }

  /** The file is about to be read as a whole. Called before the read, so that changes during it are noticed. */
  markKnown(): void {
    this.#knownVersion = this.#file.version();
  }

  /** What is pending as far as the listener knows, the oldest of each leg first; absent while there is no listener. */
  knownPending(): PendingDelivery[] | undefined {
    return this.#listener?.known();
  }

  start(listener: OtherProcessListener): void {
    this.#listener = listener;
    this.#knownVersion ??= this.#file.version();
    clearInterval(this.#looking);
    this.#looking = setInterval(() => this.#look(listener), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #look(listener: OtherProcessListener): void {
    const file = this.#file;
    try {
      if (!file.isHealthy() || file.pauseIfHarmed() || performance.now() < this.#restsUntil) return;
      const version = file.version();
      if (version === this.#knownVersion) return;
      const began = performance.now();
      // Changes that are not on disk would be taken for changes by the other process.
      file.flush();
      if (!file.isHealthy()) return;
      this.#knownVersion = version;
      listener.changed(file.read());
      const now = performance.now();
      this.#restsUntil = now + REST * (now - began);
    } catch (error) {
      listener.unreadable(error);
    }
  }
}
