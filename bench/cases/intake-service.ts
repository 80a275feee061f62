import { ReconnectingSession } from '../../src/ami/session/reconnecting-session.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { Extensions } from '../../src/config/directory/extensions.ts';
import { Peer } from '../harness/peer.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';
import { configOf } from '../stream/config.ts';
import { END_OF_STREAM } from '../stream/end.ts';

/** The service's own way from the socket through the parser to the state of the calls. */
const { classes, events } = parameters<{ classes: 'all' | 'asked'; events: number }>();
const source = await Peer.start('flood', { classes, events });
let stop = stopwatch();
let callEvents = 0;
const extensions = new Extensions(configOf({ extensions: ['101', '102', '103', '104', '105'] }));
const tracker = new Tracker({ directory: extensions, onCallEvent: () => callEvents++ });
const quiet = () => undefined;
const session = new ReconnectingSession({
  settings: {
    host: '127.0.0.1',
    port: source.ready.port,
    username: 'bench',
    secret: 'bench',
    eventMask: classes === 'all' ? 'on' : 'system,call',
  },
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  wantsVariable: (name) => tracker.wantsVariable(name),
  onConnected: () => setTimeout(begin, 100),
  onEvent: (event) => {
    tracker.apply(event);
    if (event.event === 'Hangup' && event.uniqueid === END_OF_STREAM.uniqueid) end();
  },
  onBatchEnd: () => tracker.takeChanged(),
});
session.start();

function begin(): void {
  stop = stopwatch();
  source.go();
}

function end(): void {
  const { seconds, cpuSeconds } = stop();
  source.stop();
  report({
    seconds,
    cpuSeconds,
    cpuPerMillion: (cpuSeconds * 1e6) / events,
    perSecond: events / seconds,
    events,
    callEvents,
  });
}
