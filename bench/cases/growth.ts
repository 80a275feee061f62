import { DialectDecoder, USED_EVENTS } from '../../src/ami/decode/dialect.ts';
import { AmiParser } from '../../src/ami/wire/parser.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { CallFeed } from '../stream/call-feed.ts';
import { configOf, extensionKeys, patternKeys } from '../stream/config.ts';

/**
 * From bytes to the state of the calls, with a given number of calls going on: each time the oldest ends and a new one
 * begins.
 * @param patterns with 0 every extension has an entry of its own; else they are found by patterns
 */
const { live, extensions, patterns, calls } = parameters<{
  live: number;
  extensions: number;
  patterns: number;
  calls: number;
}>();
const keys = patterns > 0 ? patternKeys(patterns) : extensionKeys(extensions);
let callEvents = 0;
const tracker = new Tracker({
  directory: new Extensions(configOf({ extensions: keys, rules: 'three' })),
  onCallEvent: () => callEvents++,
});
const decoder = new DialectDecoder();
const parser = new AmiParser(USED_EVENTS, {
  packet: (packet) => decoder.packet(packet, (event) => tracker.apply(event)),
});
const feed = new CallFeed({
  live,
  extensions,
  push: (bytes) => parser.push(bytes),
  pushed: () => tracker.takeChanged(),
});
feed.begin(live + 500);
feed.run(Math.min(calls, 2000));
const stop = stopwatch();
const eventsBefore = feed.events;
const secondsBefore = feed.cpuSeconds;
feed.run(calls);
const events = feed.events - eventsBefore;
const cpuSeconds = feed.cpuSeconds - secondsBefore;
report({ seconds: stop().seconds, cpuSeconds, events, callEvents, microseconds: (cpuSeconds * 1e6) / events });
