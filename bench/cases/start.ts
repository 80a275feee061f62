import { Peer } from '../harness/peer.ts';
import { parameters, report } from '../harness/report.ts';
import { ServiceProcess } from '../harness/service-process.ts';
import { type ConfigShape, extensionKeys } from '../stream/config.ts';

/** From the start of the process until it is logged in to Asterisk and has asked for its channels. */
const { extensions, ...shape } = parameters<{ extensions: number } & Pick<ConfigShape, 'rules' | 'outbox'>>();
const pbx = await Peer.start('ready-watch');
const start = ServiceProcess.prepare({ ...shape, ...pbx.ready, extensions: extensionKeys(extensions) });
const ready = pbx.message();
const from = performance.now();
const service = start();
await ready;
const milliseconds = performance.now() - from;
const { cpuMs } = service;
const { rssMb, peakMb } = service.memory;
await service.kill();
pbx.stop();
report({ milliseconds, cpuMs, rssMb, peakMb });
