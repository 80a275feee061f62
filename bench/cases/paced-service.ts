import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../src/log.ts';
import { Service } from '../../src/service/service.ts';
import { isConnected } from '../../src/service/service-state.ts';
import { pacedReport } from '../harness/paced.ts';
import { ROOT } from '../harness/paths.ts';
import { Peer } from '../harness/peer.ts';
import { parameters } from '../harness/report.ts';
import { configText, extensionKeys } from '../stream/config.ts';

/** The whole service, with its outbox on disk and its log on /dev/null, at a given rate of calls. */
const pbx = await Peer.start('pbx-and-crm', parameters<object>());
const directory = mkdtempSync(join(ROOT, 'dist-bench/service-'));
const configFile = join(directory, 'config.yaml');
writeFileSync(
  configFile,
  configText({
    ...pbx.ready,
    extensions: extensionKeys(1100),
    rules: 'three',
    outbox: join(directory, 'outbox.db'),
    more: 'delivery: { perTarget: 64 }\n',
  }),
);
const service = new Service({
  configFile,
  env: {},
  createLog: (level, secrets) => createLog(level, 'json', secrets, (text) => process.stdout.write(text)),
});
await service.start();
while (!isConnected(service.state)) await new Promise((resolve) => setTimeout(resolve, 20));
await pacedReport(pbx, () => rmSync(directory, { recursive: true }));
