import { atLeast, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';

const CONCURRENCY = 100;
const REQUESTS = FULL ? 20_000 : 4000;

export const deliveries: Row = {
  title: `Deliveries: on disk (synchronous=FULL) before they are sent, recorded after; ${CONCURRENCY} at once`,
  cases: [
    {
      name: 'the service',
      file: 'deliveries-service',
      parameters: { requests: REQUESTS, concurrency: CONCURRENCY, perStep: false },
    },
    {
      name: 'bare axios',
      file: 'deliveries-bare',
      parameters: { requests: REQUESTS, concurrency: CONCURRENCY, client: 'axios' },
    },
    {
      name: 'one commit per step',
      file: 'deliveries-service',
      parameters: { requests: REQUESTS / 4, concurrency: CONCURRENCY, perStep: true },
    },
    {
      name: 'our sender, bare',
      file: 'deliveries-bare',
      parameters: { requests: REQUESTS, concurrency: CONCURRENCY, client: 'sender' },
    },
    {
      name: 'axios on undici, bare',
      file: 'deliveries-bare',
      parameters: { requests: REQUESTS, concurrency: CONCURRENCY, client: 'axios on undici' },
    },
    {
      name: 'bare undici Pool',
      file: 'deliveries-bare',
      parameters: { requests: REQUESTS, concurrency: CONCURRENCY, client: 'undici' },
    },
  ],
  columns: [
    ['requests/s', 'perSecond', 0],
    ['CPU s', 'cpuSeconds', 2],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) => {
    const rate = (name: string) => of(name).perSecond ?? Number.NaN;
    return [
      atLeast('bare axios', rate('the service') / rate('bare axios'), 0.7),
      atLeast('one commit per step', rate('the service') / rate('one commit per step'), 5),
    ];
  },
};
