import type { HistoryMethod } from '../../history/forwarded-history.ts';

/** The input of the thread. */
export interface HistoryWorkerInput {
  /** The path of the outbox. */
  path: string;
}

/** A call of a method of the history, for the thread. */
export interface HistoryCall {
  id: number;
  name: HistoryMethod | 'close';
  args: unknown[];
}

export type HistoryAnswer = { id: number; value: unknown } | { id: number; error: { name: string; message: string } };
