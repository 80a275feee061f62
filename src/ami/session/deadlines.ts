import type { AmiError } from '../errors.ts';

/**
 * The extra time after a deadline for an answer that has arrived but was not read yet, because the process was busy.
 */
export const GRACE_MS = 200;

/** Waits for promises of a connection: until a deadline, or until the connection ends. */
export class Deadlines {
  readonly #fail: (error: unknown) => void;
  #ended: AmiError | undefined;
  /** Ends each wait that is under way. */
  readonly #waits = new Set<(reason: AmiError) => void>();

  /** @param fail ends the connection, which ends all waits by {@link end} */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  /**
   * The promised value. When it is late, or the promise is rejected, the connection ends.
   * @param late the reason to give when it is late
   * @throws {AmiError} why the connection ended, when it does so before
   */
  requireWithin<T>(ms: number, promise: Promise<T>, late: () => AmiError): Promise<T> {
    return this.#withTimeout(ms, promise, () => this.#fail(late()));
  }

  /** The promised value; absent when it is late. @throws {AmiError} when the connection ends before */
  waitAtMost<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
    return this.#withTimeout<T | undefined>(ms, promise, (resolve) => resolve(undefined));
  }

  /** Lets time pass. @throws {AmiError} when the connection ends before */
  pause(ms: number): Promise<void> {
    return this.#withTimeout<void>(ms, new Promise(() => {}), (resolve) => resolve());
  }

  /** The connection has ended: so have all waits, and those that are still to begin. */
  end(reason: AmiError): void {
    this.#ended = reason;
    for (const end of [...this.#waits]) end(reason);
  }

  #withTimeout<T>(ms: number, promise: Promise<T>, onLate: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waits.delete(end);
      };
      const resolveWait = (value: T) => {
        finish();
        resolve(value);
      };
      const end = (reason: AmiError) => {
        finish();
        reject(reason);
      };
      // If the service was too busy to read, the answer is read before the second timer fires.
      let timer = setTimeout(() => {
        timer = setTimeout(() => onLate(resolveWait), GRACE_MS);
      }, ms);
      this.#waits.add(end);
      if (this.#ended !== undefined) end(this.#ended);
      promise.then(resolveWait, this.#fail);
    });
  }
}
