import { LARGE_HISTORY } from '../harness/histories.ts';
import { atMost, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const CALLS_PER_SECOND = 100;
const REQUESTS_PER_SECOND = 10;
const parameters = {
  history: LARGE_HISTORY.file,
  callsPerSecond: CALLS_PER_SECOND,
  seconds: FULL ? 30 : 5,
  warmUpSeconds: 1.5,
};

const ALONE = 'nobody looks';
const WATCHED = `${REQUESTS_PER_SECOND} pages/s`;

export const page: Row = {
  title: `The page: latency as above at ${CALLS_PER_SECOND} calls/s, with a million deliveries of history and 10,000 extensions, while nobody looks and while ${REQUESTS_PER_SECOND} pages a second are asked for`,
  cases: [
    { name: ALONE, file: 'paced-page', parameters: { ...parameters, perSecond: 0 } },
    { name: WATCHED, file: 'paced-page', parameters: { ...parameters, perSecond: REQUESTS_PER_SECOND } },
  ],
  columns: [
    ['p50 ms', 'p50', 2],
    ['p99 ms', 'p99', 2],
    ['CPU %', 'cpuPercent', 1],
    ["CPU % of the calls' thread", 'threadPercent', 1],
    ['a page, p50 ms', 'pageP50', 1],
    ['a page, p99 ms', 'pageP99', 1],
    ['failed pages', 'failed', 0],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) => {
    const [alone, watched] = [of(ALONE), of(WATCHED)];
    const more = (key: string) => (watched[key] ?? Number.NaN) - (alone[key] ?? Number.NaN);
    return [
      atMost('p50 beyond that of nobody looking', more('p50'), 0.5, 'ms', 2),
      atMost('p99 beyond that of nobody looking', more('p99'), 5, 'ms', 2),
      atMost('a page, p50', watched.pageP50 ?? Number.NaN, 100, 'ms'),
      atMost('pages that failed', watched.failed ?? Number.NaN, 0, ''),
    ];
  },
};
