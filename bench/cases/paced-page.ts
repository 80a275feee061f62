import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';
import { isConnected } from '../../src/service/service-state.ts';
import { pacedReport } from '../harness/paced.ts';
import { ROOT } from '../harness/paths.ts';
import { Peer } from '../harness/peer.ts';
import { parameters } from '../harness/report.ts';
import { quantile } from '../harness/stats.ts';
import { configText, extensionKeys } from '../stream/config.ts';

/**
 * The whole service at a given rate of calls, with a history in its outbox, while somebody looks at its pages or not.
 */
const { history, perSecond, ...paced } = parameters<{ history: string; perSecond: number }>();
const TOKEN = 'bench-token-0123456789';
const pbx = await Peer.start('pbx-and-crm', paced);
const directory = mkdtempSync(join(ROOT, 'dist-bench/service-'));
const configFile = join(directory, 'config.yaml');
const outbox = join(directory, 'outbox.db');
copyFileSync(history, outbox);
writeFileSync(
  configFile,
  configText({
    ...pbx.ready,
    extensions: extensionKeys(10_000),
    rules: 'three',
    outbox,
    more: `delivery: { perTarget: 64 }\nweb: { enabled: true, port: 0, tokens: [{ name: bench, token: ${TOKEN}, access: read }], password: "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }\n`,
  }),
);
const service = new Service({
  configFile,
  env: {},
  createLog: (level, secrets) => createLog(level, 'json', secrets, (text) => process.stdout.write(text)),
});
await service.start();
while (!isConnected(service.state) || service.webUrl === undefined)
  await new Promise((resolve) => setTimeout(resolve, 20));
const url = service.webUrl.replace(/\/$/, '');
const visitor = perSecond > 0 ? await Peer.start('visitor', { url, token: TOKEN, perSecond }) : undefined;
const from = process.threadCpuUsage();
const begun = performance.now();
const pages = async () => {
  // Of the thread that calls wait for, warming up included: the same on a busy machine, where latencies are not.
  const { user, system } = process.threadCpuUsage(from);
  const threadPercent = (user + system) / 10 / (performance.now() - begun);
  visitor?.go();
  const { latencies, failed } = (await visitor?.message<{ latencies: number[]; failed: number }>()) ?? {
    latencies: [0],
    failed: 0,
  };
  visitor?.stop();
  return {
    threadPercent,
    pageP50: quantile(latencies, 0.5),
    pageP99: quantile(latencies, 0.99),
    pages: latencies.length,
    failed,
  };
};
await pacedReport(pbx, () => rmSync(directory, { recursive: true }), pages);
