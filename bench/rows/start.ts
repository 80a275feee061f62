import { LARGE_HISTORY } from '../harness/histories.ts';
import { atMost, type Row } from '../harness/row.ts';

const MOST_MS = 400;

export const start: Row = {
  title: 'Start: from the beginning of the process until Asterisk was asked for events and channels',
  cases: [
    { name: '10 extensions', file: 'start', parameters: { extensions: 10 } },
    { name: '10,000 extensions with 3 rules each', file: 'start', parameters: { extensions: 10_000 } },
    {
      name: '10,000 extensions, each with 3 rules of URLs of its own',
      file: 'start',
      parameters: { extensions: 10_000, ownUrls: true },
    },
    {
      name: '10,000 extensions and a million rows of history',
      file: 'start',
      parameters: { extensions: 10_000, outbox: LARGE_HISTORY.file },
    },
  ],
  columns: [
    ['ms', 'milliseconds', 0],
    ['CPU ms', 'cpuMs', 0],
    ['RSS MB', 'rssMb', 0],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) => start.cases.map(({ name }) => atMost(name, of(name).milliseconds ?? Number.NaN, MOST_MS, 'ms', 0)),
};
