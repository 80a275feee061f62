import { atMost, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const CALLS = FULL ? 5_000_000 : 100_000;

/** Beyond this a slope is growth: a byte kept of each call. */
const MOST_BYTES_PER_CALL = 1;

export const memory: Row = {
  title: 'Memory of the service: 10,000 live calls and 10,000 extensions with 3 rules each',
  cases: [{ name: 'call-events run', file: 'memory-live', parameters: { calls: 10_000, extensions: 10_000 } }],
  columns: [
    ['RSS MB', 'rssMb', 0],
    ['peak MB', 'peakMb', 0],
    ['CPU s', 'cpuSeconds', 1],
  ],
  judge: (of) => [atMost('RSS', of('call-events run').rssMb ?? Number.NaN, 150, 'MB', 0)],
};

export const memorySlope: Row = {
  title: `Memory of the stages over ${CALLS.toLocaleString('en')} calls, after each of which all is forgotten`,
  cases: [
    {
      name: 'parser → calls → rules',
      file: 'memory-slope',
      parameters: { calls: CALLS },
      nodeOptions: ['--expose-gc'],
      rounds: FULL ? 1 : 5,
    },
  ],
  columns: [
    ['heap MB', 'heapMb', 1],
    ['heap slope, bytes per call', 'heapSlope', 2],
    ['RSS slope, bytes per call', 'rssSlope', 2],
    ['s', 'seconds', 1],
    ['CPU s', 'cpuSeconds', 1],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) => [
    atMost('heap', of('parser → calls → rules').heapSlope ?? Number.NaN, MOST_BYTES_PER_CALL, 'bytes per call', 2),
  ],
};
