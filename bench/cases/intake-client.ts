import { CLIENTS } from '../clients/clients.ts';
import { Peer } from '../harness/peer.ts';
import { parameters, report, stopwatch } from '../harness/report.ts';

/** Another client's way from the socket to its events, with nothing behind it. */
const { client, classes, events } = parameters<{ client: string; classes: 'all' | 'asked'; events: number }>();
const source = await Peer.start('flood', { classes, events });
const connect = CLIENTS[client];
if (connect === undefined) throw new Error(`there is no client ${client}`);
let stop = stopwatch();
let received = 0;
await connect(
  source.ready.port,
  () => received++,
  () => {
    const { seconds, cpuSeconds } = stop();
    source.stop();
    report({
      seconds,
      cpuSeconds,
      cpuPerMillion: (cpuSeconds * 1e6) / received,
      perSecond: received / seconds,
      events: received,
    });
  },
);
stop = stopwatch();
source.go();
