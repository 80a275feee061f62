import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { HistoryAnswer, HistoryCall, HistoryWorkerInput } from './history-messages.ts';
import { HistoryReader } from './history-reader.ts';

/*
 * The thread of `HistoryClient`: it reads the outbox on connections of its own, one call after the other, except calls
 * that change many deliveries, which pause in between.
 */
/**
 * The priority of a thread is its own on Linux: where the machine is busy, calls go first. Not by more: while many
 * deliveries are set to be sent again, the calls wait for the writes of this thread.
 */
const NICE = 5;
if (process.platform === 'linux')
  try {
    setPriority(0, NICE);
  } catch {
    // Not everywhere may it be changed.
  }

const { path } = workerData as HistoryWorkerInput;
const reader = new HistoryReader(path);
parentPort?.on('message', ({ id, name, args }: HistoryCall) => {
  void answer(id, name, args).then((message) => {
    parentPort?.postMessage(message);
    if (name === 'close') parentPort?.close();
  });
});

async function answer(id: number, name: HistoryCall['name'], args: unknown[]): Promise<HistoryAnswer> {
  try {
    const method = reader[name] as (...values: unknown[]) => Promise<unknown>;
    return { id, value: await method.apply(reader, args) };
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return { id, error: { name: kind, message } };
  }
}
