import type { DeliveryHistory } from '../../admin.ts';

/** What the thread is started with. */
export interface HistoryWorkerInput {
  /** Of the outbox. */
  path: string;
}

/** What the thread is asked: a method of the history. */
export interface HistoryCall {
  id: number;
  name: Exclude<keyof DeliveryHistory, 'limitedBy'>;
  args: unknown[];
}

export type HistoryAnswer = { id: number; value: unknown } | { id: number; error: { name: string; message: string } };
