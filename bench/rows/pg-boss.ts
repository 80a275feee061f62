import { atMost, type Finding, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const WORKERS = [1, 2, 4];
const DELIVERIES = FULL ? 18_000 : 6000;
const workersOf = (workers: number) => `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
const ours = (workers: number) => `our own tables, ${workersOf(workers)}`;
const theirs = (workers: number) => `pg-boss, ${workersOf(workers)}`;

export const pgBoss: Row = {
  title: 'Our own tables and pg-boss (key_strict_fifo) on the same PostgreSQL, three events a leg, no receiver',
  cases: [
    ...WORKERS.map((workers) => ({
      name: ours(workers),
      file: 'queue',
      parameters: { workers, answerMs: 0, deliveries: DELIVERIES, perTarget: 8 },
      rounds: 1,
    })),
    ...WORKERS.map((workers) => ({
      name: theirs(workers),
      file: 'pg-boss',
      parameters: { workers, deliveries: DELIVERIES, together: false },
      rounds: 1,
    })),
    {
      name: 'pg-boss, 1 worker, a leg written in one statement',
      file: 'pg-boss',
      parameters: { workers: 1, deliveries: DELIVERIES, together: true },
      rounds: 1,
    },
  ],
  columns: [
    ['written/s', 'inserted', 0],
    ['jobs/s', 'sent', 0],
    ['out of order', 'disordered', 0],
    ['CPU s', 'cpuSeconds', 2],
  ],
  judge: (of): Finding[] => {
    const best = (name: (workers: number) => string) =>
      Math.max(...WORKERS.map((workers) => of(name(workers)).sent ?? Number.NaN));
    const wrong = WORKERS.reduce((sum, workers) => sum + (of(ours(workers)).disordered ?? Number.NaN), 0);
    const times = best(ours) / best(theirs);
    return [
      atMost('our own tables, out of order', wrong, 0, 'deliveries', 0),
      { measured: `${times.toFixed(1)} × what pg-boss does at best`, target: 'at least 1 ×', met: times >= 1 },
    ];
  },
};
