import { LARGE_HISTORY, SMALL_HISTORY } from '../harness/histories.ts';
import type { Finding, Row } from '../harness/row.ts';

const parameters = { deliveries: 4000, perCommit: 20 };
/** A tree of a million rows has one level more than one of ten thousand. */
const FLAT = 1.5;

const SMALL = '10,000 rows';
const LARGE = '1,000,000 rows';

export const outbox: Row = {
  title: 'Outbox: one delivery enqueued (20 in a commit), one settled delivery forgotten (100 in a commit)',
  cases: [
    { name: SMALL, file: 'outbox', parameters: { file: SMALL_HISTORY.file, ...parameters } },
    { name: LARGE, file: 'outbox', parameters: { file: LARGE_HISTORY.file, ...parameters } },
  ],
  columns: [
    ['µs to enqueue', 'enqueue', 1],
    ['µs to forget', 'prune', 1],
    ['s', 'seconds', 2],
    ['CPU s', 'cpuSeconds', 2],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) =>
    (['enqueue', 'prune'] as const).map((key): Finding => {
      const ratio = (of(LARGE)[key] ?? Number.NaN) / (of(SMALL)[key] ?? Number.NaN);
      return {
        measured: `${key} with a million rows: ${ratio.toFixed(2)} × with ten thousand`,
        target: `flat (${FLAT} ×)`,
        met: ratio <= FLAT,
      };
    }),
};
