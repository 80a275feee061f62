import { atMost, atMostTimes, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const CALLS = FULL ? 5_000_000 : 100_000;

/** Beyond this a slope is growth: a byte kept of each call. */
const MOST_BYTES_PER_CALL = 1;

/** How much more memory ten thousand entries may take of which no two are alike. */
const MOST_TIMES_ALIKE = 1.5;

const ALIKE = 'the service, the same rules for all';
const OWN = 'the service, rules and URLs of their own';
const parameters = { calls: 10_000, extensions: 10_000 };

export const memory: Row = {
  title: 'Memory of the service: 10,000 live calls and 10,000 extensions with 3 rules each',
  cases: [
    { name: ALIKE, file: 'memory-live', parameters: { ...parameters, rules: 'three' } },
    { name: OWN, file: 'memory-live', parameters: { ...parameters, rules: 'three-own' }, rounds: 3 },
  ],
  columns: [
    ['RSS MB', 'rssMb', 0],
    ['peak MB', 'peakMb', 0],
    ['CPU s', 'cpuSeconds', 1],
  ],
  judge: (of) => {
    const rss = (name: string) => of(name).rssMb ?? Number.NaN;
    return [
      atMost('RSS', rss(ALIKE), 150, 'MB', 0),
      atMostTimes(
        'RSS with rules and URLs of their own',
        rss(OWN) / rss(ALIKE),
        'with the same rules for all',
        MOST_TIMES_ALIKE,
      ),
    ];
  },
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
