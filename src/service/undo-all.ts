import type { Logger } from '../log.ts';

/**
 * Undoes what was done, the last first, and all of it whatever fails.
 * @param undo is empty afterwards
 * @throws the first error, at the end; each is logged
 */
export async function undoAll(undo: (() => unknown)[], log: Logger): Promise<void> {
  const errors: unknown[] = [];
  for (const one of undo.splice(0).reverse())
    try {
      await one();
    } catch (err) {
      errors.push(err);
      log.error({ err }, 'something could not be ended; the rest is');
    }
  if (errors.length > 0) throw errors[0];
}
