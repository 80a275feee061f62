import { Worker } from 'node:worker_threads';
import { builtPath } from '../../../package-root.ts';
import type { DeliveryHistory } from '../../admin.ts';
import { ForwardedHistory, type HistoryMethod, type HistoryResult } from '../../history/forwarded-history.ts';
import { HistoryError } from '../../history/history-error.ts';
import type { HistoryAnswer, HistoryCall, HistoryWorkerInput } from './history-messages.ts';

/** The thread's own file. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./history-worker.ts', import.meta.url)
  : builtPath('history-worker.js');

/** The time-out for a page; changing many deliveries has a longer one. */
const TIMEOUT_MS = 5000;
const LONG_TIMEOUT_MS = 600_000;
const CHANGES_MUCH: readonly HistoryMethod[] = ['retry', 'discard'];
/** Further calls are refused while this many wait: they come faster than they can be answered. */
const MOST_WAITING = 200;
/** Enough for the rows of a page, and the counts of a day. */
const MOST_HEAP_MB = 256;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * The history of an outbox, read in a thread of its own: no call waits for it. The thread is started by the first
 * call, and again by the next call after it has ended or hung.
 */
export class HistoryClient extends ForwardedHistory {
  readonly limitedBy = undefined;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  /** @param path of an outbox that the service has opened */
  constructor(path: string) {
    super();
    this.#path = path;
  }

  /** Ends the thread; calls meanwhile and afterwards are refused. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const worker = this.#worker;
    this.#failAll(new HistoryError('the service is stopping'));
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const call: HistoryCall = { id: 0, name: 'close', args: [] };
    worker.postMessage(call);
    const timer = setTimeout(() => void worker.terminate(), TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  protected override ask<Name extends HistoryMethod>(
    name: Name,
    args: Parameters<DeliveryHistory[Name]>,
  ): Promise<HistoryResult<Name>> {
    const timeoutMs = CHANGES_MUCH.includes(name) ? LONG_TIMEOUT_MS : TIMEOUT_MS;
    const answer = new Promise((resolve, reject) => {
      if (this.#isClosed) throw new HistoryError('the service is stopping');
      if (this.#waiting.size >= MOST_WAITING) throw new HistoryError('too many pages are asked for at once; try again');
      const id = ++this.#lastId;
      const timer = setTimeout(() => this.#late(id), timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      const call: HistoryCall = { id, name, args };
      this.#running().postMessage(call);
    });
    return answer as Promise<HistoryResult<Name>>;
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const input: HistoryWorkerInput = { path: this.#path };
    const worker = new Worker(WORKER, {
      workerData: input,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
      env: {},
    });
    this.#worker = worker;
    worker.on('message', (answer: HistoryAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread has ended')));
    // It is no reason for the process to go on.
    worker.unref();
    return worker;
  }

  #answered(answer: HistoryAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if ('value' in answer) waiting.resolve(answer.value);
    else if (answer.error.name === 'RangeError') waiting.reject(new RangeError(answer.error.message));
    else waiting.reject(new HistoryError(`the outbox cannot be read: ${answer.error.message}`));
  }

  /** The thread hangs, perhaps with the disk: the next call gets a new one. */
  #late(id: number): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#waiting.get(id)?.reject(new HistoryError('reading the outbox takes too long; try again'));
    this.#waiting.delete(id);
    this.#failAll(new HistoryError('reading the outbox was interrupted; try again'));
  }

  #ended(worker: Worker, { message }: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAll(new HistoryError(`the outbox cannot be read: ${message}`));
  }

  #failAll(error: HistoryError): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
