import type { DeliveryHistory } from '../admin.ts';

/** The methods of a history. */
export type HistoryMethod = Exclude<keyof DeliveryHistory, 'limitedBy' | 'close'>;
/** The answers of these methods. */
export type HistoryResult<Name extends HistoryMethod> = Awaited<ReturnType<DeliveryHistory[Name]>>;

/**
 * A history that forwards each call to another one: in a thread, in a database that may be away, in a file that may be
 * replaced.
 */
export abstract class ForwardedHistory implements DeliveryHistory {
  abstract readonly limitedBy: string | undefined;

  protected abstract ask<Name extends HistoryMethod>(
    name: Name,
    args: Parameters<DeliveryHistory[Name]>,
  ): Promise<HistoryResult<Name>>;

  abstract close(): Promise<void>;

  page(...args: Parameters<DeliveryHistory['page']>) {
    return this.ask('page', args);
  }

  count(...args: Parameters<DeliveryHistory['count']>) {
    return this.ask('count', args);
  }

  show(...args: Parameters<DeliveryHistory['show']>) {
    return this.ask('show', args);
  }

  minutes() {
    return this.ask('minutes', []);
  }

  lastOfExtensions(...args: Parameters<DeliveryHistory['lastOfExtensions']>) {
    return this.ask('lastOfExtensions', args);
  }

  lastOfRules(...args: Parameters<DeliveryHistory['lastOfRules']>) {
    return this.ask('lastOfRules', args);
  }

  failing() {
    return this.ask('failing', []);
  }

  targets() {
    return this.ask('targets', []);
  }

  suspended() {
    return this.ask('suspended', []);
  }

  retry(...args: Parameters<DeliveryHistory['retry']>) {
    return this.ask('retry', args);
  }

  discard(...args: Parameters<DeliveryHistory['discard']>) {
    return this.ask('discard', args);
  }

  resume(...args: Parameters<DeliveryHistory['resume']>) {
    return this.ask('resume', args);
  }
}

/** Calls a method of a history by its name. */
export function askHistory<Name extends HistoryMethod>(
  history: Pick<DeliveryHistory, HistoryMethod>,
  name: Name,
  args: Parameters<DeliveryHistory[Name]>,
): Promise<HistoryResult<Name>> {
  const method = history[name] as (...given: typeof args) => Promise<HistoryResult<Name>>;
  return method.apply(history, args);
}
