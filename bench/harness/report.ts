/** What was measured in one run of one case; every case runs in a process of its own and sends it to the benchmark. */
export type Report = Record<string, number>;

/** The parameters that the benchmark gave this case. */
export function parameters<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Sends the figures to the benchmark, and ends the process. */
export function report(values: Report): void {
  const { maxRSS } = process.resourceUsage();
  const all: Report = { peakMb: maxRSS / 1024, ...values };
  if (process.send === undefined) {
    console.log(JSON.stringify(all));
    process.exit(0);
  }
  process.send(all, () => process.exit(0));
}

/** Measures wall and CPU time of this process from now on. */
export function stopwatch(): () => { seconds: number; cpuSeconds: number } {
  const cpu = process.cpuUsage();
  const from = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - from) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
}
