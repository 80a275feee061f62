import { Peer } from '../harness/peer.ts';
import { parameters, report } from '../harness/report.ts';
import { ServiceProcess } from '../harness/service-process.ts';
import { extensionKeys } from '../stream/config.ts';

/** The service with a given number of live calls, once the requests of their beginnings are through. */
const { calls, extensions, rules } = parameters<{
  calls: number;
  extensions: number;
  rules: 'three' | 'three-own';
}>();
const pbx = await Peer.start('pbx-and-crm', {
  callsPerSecond: 2500,
  seconds: calls / 2500,
  warmUpSeconds: 0,
  extensions,
  lasting: true,
});
const service = ServiceProcess.prepare({
  ...pbx.ready,
  extensions: extensionKeys(extensions),
  rules,
  more: 'delivery: { perTarget: 64 }\nlog: { level: warn }\n',
})();
await pbx.message();
pbx.go();
const { requests } = await pbx.message<{ requests: number }>();
await new Promise((resolve) => setTimeout(resolve, 1000));
const { cpuMs } = service;
const { rssMb, peakMb } = service.memory;
await service.kill();
pbx.stop();
report({ rssMb, peakMb, cpuSeconds: cpuMs / 1000, requests });
