import type { HistoryMethod } from '../../history/forwarded-history.ts';

/** What the thread is started with. */
export interface HistoryWorkerInput {
  /** Of the outbox. */
  path: string;
}

/** What the thread is asked: a method of the history. */
export interface HistoryCall {
  id: number;
  name: HistoryMethod | 'close';
  args: unknown[];
}

export type HistoryAnswer = { id: number; value: unknown } | { id: number; error: { name: string; message: string } };
