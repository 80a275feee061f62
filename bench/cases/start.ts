import { Peer } from '../harness/peer.ts';
import { parameters, report } from '../harness/report.ts';
import { ServiceProcess } from '../harness/service-process.ts';
import { extensionKeys } from '../stream/config.ts';

/** From the start of the process until it is logged in to Asterisk and has asked which channels live. */
const {
  extensions,
  ownUrls = false,
  outbox,
} = parameters<{
  extensions: number;
  ownUrls?: boolean;
  outbox?: string;
}>();
const pbx = await Peer.start('ready-watch');
const start = ServiceProcess.prepare({
  ...pbx.ready,
  extensions: extensionKeys(extensions),
  rules: 'three',
  ownUrls,
  ...(outbox !== undefined && { outbox }),
});
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
