import type { Logger } from '../log.ts';

/** Repeats an action at this interval until the service stops. */
export type Repeat = (ms: number, action: () => unknown) => void;

/**
 * A failed action is logged, and repeated.
 * @param undo receives a function for each repetition that ends it
 */
export function createTicker(log: Logger, undo: (end: () => void) => void): Repeat {
  return (ms, action) => {
    const once = async () => {
      try {
        await action();
      } catch (err) {
        log.error({ err }, 'an internal error; it is tried again');
      }
    };
    const timer = setInterval(() => void once(), ms);
    undo(() => clearInterval(timer));
  };
}
