import { atMost, type Finding, type Row } from '../harness/row.ts';
import { FULL } from '../harness/size.ts';
import { EVENTS_PER_CALL } from '../stream/recording.ts';

const CALLS_PER_SECOND = 100;
const parameters = { callsPerSecond: CALLS_PER_SECOND, seconds: FULL ? 30 : 3, warmUpSeconds: 1.5 };

export const latencyAndCpu: Row = {
  title: `Latency and CPU at ${CALLS_PER_SECOND} calls/s of ${EVENTS_PER_CALL} events and 4 requests; latency: last byte of DialBegin written → first request at the receiver`,
  cases: [
    { name: 'the service', file: 'paced-service', parameters },
    { name: 'bare script', file: 'paced-script', parameters },
  ],
  columns: [
    ['p50 ms', 'p50', 2],
    ['p99 ms', 'p99', 2],
    ['CPU %', 'cpuPercent', 1],
    ['CPU s', 'cpuSeconds', 2],
    ['peak MB', 'peakMb', 0],
  ],
  judge: (of) => {
    const [ours, script] = [of('the service'), of('bare script')];
    const more = (key: string) => (ours[key] ?? Number.NaN) - (script[key] ?? Number.NaN);
    const cpu = (ours.cpuSeconds ?? Number.NaN) / (script.cpuSeconds ?? Number.NaN);
    const cpuFinding: Finding = {
      measured: `CPU: ${cpu.toFixed(2)} × bare script`,
      target: 'at most 1 ×',
      met: cpu <= 1,
    };
    return [
      atMost('p50 beyond the bare script', more('p50'), 2, 'ms', 2),
      atMost('p99 beyond the bare script', more('p99'), 10, 'ms', 2),
      cpuFinding,
    ];
  },
};
