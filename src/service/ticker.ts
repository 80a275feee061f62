import type { Logger } from '../log.ts';

/** Does something at this interval until the service stops. */
export type Repeat = (ms: number, action: () => unknown) => void;

/**
 * An action that fails once is logged, and is done again.
 * @param undo receives how each repetition is ended
 */
export function createTicker(log: Logger, undo: (end: () => void) => void): Repeat {
  return (ms, action) => {
    const once = async () => {
      try {
        await action();
      } catch (err) {
        log.error({ err }, 'a fault of our own; tried again');
      }
    };
    const timer = setInterval(() => void once(), ms);
    undo(() => clearInterval(timer));
  };
}
