import type { Peer } from './peer.ts';
import { type Report, report, stopwatch } from './report.ts';
import { quantile } from './stats.ts';

/**
 * Lets the PBX play its calls to whatever is connected to it in this process, and reports latency and CPU time.
 * @param before is done at the end, before that @param more is measured besides
 */
export async function pacedReport(
  pbx: Peer,
  before: () => void,
  more: () => Promise<Report> = async () => ({}),
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  pbx.go();
  await pbx.message<{ warm: true }>();
  const stop = stopwatch();
  const { latencies, requests } = await pbx.message<{ latencies: number[]; requests: number }>();
  const { seconds, cpuSeconds } = stop();
  pbx.stop();
  const others = await more();
  before();
  report({
    ...others,
    seconds,
    cpuSeconds,
    cpuPercent: (100 * cpuSeconds) / seconds,
    requests,
    calls: latencies.length,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  });
}
