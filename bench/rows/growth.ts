import type { Finding, Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const CALLS = FULL ? 50_000 : 10_000;
/** More than this beyond the smallest is growth; caches of the processor alone account for some. */
const FLAT = 1.5;

const shape = (name: string, live: number, extensions: number, patterns: number) => ({
  name,
  file: 'growth',
  parameters: { live, extensions, patterns, calls: CALLS },
});

const SMALLEST = '10 live calls, 10 extensions';

export const growth: Row = {
  title: 'Growth: cost of one event from its bytes to the state of the calls',
  cases: [
    shape(SMALLEST, 10, 10, 0),
    shape('10,000 live calls', 10_000, 10, 0),
    shape('10,000 extensions', 10, 10_000, 0),
    shape('10,000 extensions by 500 patterns', 10, 10_000, 500),
    shape('10,000 live calls, 10,000 extensions by 500 patterns', 10_000, 10_000, 500),
  ],
  columns: [
    ['CPU µs per event', 'microseconds', 2],
    ['s', 'seconds', 2],
    ['CPU s', 'cpuSeconds', 2],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) => {
    const cost = (name: string) => of(name).microseconds ?? Number.NaN;
    const others = growth.cases.map(({ name }) => name).filter((name) => name !== SMALLEST);
    return others.map((name): Finding => {
      const ratio = cost(name) / cost(SMALLEST);
      return {
        measured: `${name}: ${ratio.toFixed(2)} × the smallest`,
        target: `flat (${FLAT} ×)`,
        met: ratio <= FLAT,
      };
    });
  },
};
