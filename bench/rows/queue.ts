import type { Finding, Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const WORKERS = [1, 2, 4, 8];
const NO_OP_PER_SECOND = 5000;
const named = (workers: number, answerMs: number) =>
  `${workers} ${workers === 1 ? 'worker' : 'workers'}, ${answerMs === 0 ? 'no receiver' : `a receiver that takes ${answerMs} ms`}`;

export const queue: Row = {
  title: 'Shared queue on PostgreSQL: written by a relay, and taken by workers (three events a leg, 50 targets)',
  cases: [0, 50].flatMap((answerMs) =>
    WORKERS.map((workers) => ({
      name: named(workers, answerMs),
      file: 'queue',
      parameters: {
        workers,
        answerMs,
        deliveries: (answerMs === 0 ? 15_000 : workers * 3000) * (FULL ? 3 : 1),
        // With a receiver each worker has one request at a time at each target: it waits for that, and not for the
        // queue.
        perTarget: answerMs === 0 ? 8 : 1,
      },
      rounds: 1,
    })),
  ),
  columns: [
    ['written/s', 'inserted', 0],
    ['sent/s', 'sent', 0],
    ['CPU s', 'cpuSeconds', 2],
  ],
  judge: (of): Finding[] => {
    const best = Math.max(...WORKERS.map((workers) => of(named(workers, 0)).sent ?? 0));
    const [one = Number.NaN, four = Number.NaN] = [1, 4].map((workers) => of(named(workers, 50)).sent);
    return [
      {
        measured: `${best.toFixed(0)} deliveries/s without a receiver`,
        target: `${NO_OP_PER_SECOND}/s`,
        met: best >= NO_OP_PER_SECOND,
      },
      {
        measured: `with a receiver that takes 50 ms four workers send ${(four / one).toFixed(1)} × what one does`,
        target: 'grows with them (2.5 ×)',
        met: four / one >= 2.5,
      },
    ];
  },
};
