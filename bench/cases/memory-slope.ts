import { DialectDecoder, USED_EVENTS } from '../../src/ami/decode/dialect.ts';
import { AmiParser } from '../../src/ami/wire/parser.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { deliveryOf } from '../../src/delivery/delivery.ts';
import { matchRules } from '../../src/rules/matcher.ts';
import { requestOf } from '../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { slopeOf } from '../harness/stats.ts';
import { CallFeed } from '../stream/call-feed.ts';
import { configOf, extensionKeys } from '../stream/config.ts';

/** Many calls, one after the other, through every stage that keeps something in memory; is more kept with time? */
const { calls } = parameters<{ calls: number }>();
const EXTENSIONS = 1000;
const SAMPLES = 20;
const config = configOf({ extensions: extensionKeys(EXTENSIONS), rules: 'three' });
const extensions = new Extensions(config);
const defaults = ruleDefaultsOf(config);
let deliveries = 0;
const tracker = new Tracker({
  directory: extensions,
  onCallEvent: (event) => {
    for (const rule of matchRules(event, extensions.rulesOf(event.leg.extension), defaults).rules) {
      deliveryOf(requestOf(event, rule, defaults), Date.now());
      deliveries++;
    }
  },
});
const decoder = new DialectDecoder();
const parser = new AmiParser(USED_EVENTS, {
  packet: (packet) => decoder.packet(packet, (event) => tracker.apply(event)),
});
const feed = new CallFeed({
  live: 100,
  extensions: EXTENSIONS,
  push: (bytes) => parser.push(bytes),
  pushed: () => tracker.takeChanged(),
});
feed.begin(100);
const stop = stopwatch();
const samples: { calls: number; heapMb: number; rssMb: number }[] = [];
for (let sample = 0; sample < SAMPLES; sample++) {
  feed.run(calls / SAMPLES);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  samples.push({ calls: ((sample + 1) * calls) / SAMPLES, heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20 });
}
// The first quarter is warm-up: compiled code, and memories that fill up once.
const warm = samples.slice(SAMPLES / 4);
report({
  ...stop(),
  calls,
  deliveries,
  heapMb: warm.at(-1)?.heapMb ?? 0,
  rssMb: warm.at(-1)?.rssMb ?? 0,
  heapSlope: slopeOf(warm.map((one) => [one.calls, one.heapMb * 2 ** 20])),
  rssSlope: slopeOf(warm.map((one) => [one.calls, one.rssMb * 2 ** 20])),
});
