import type { Socket } from 'node:net';
import { parameters } from '../harness/report.ts';
import { END_OF_STREAM } from '../stream/end.ts';
import { recording } from '../stream/recording.ts';
import { startAmiServer } from './ami-server.ts';

/** Sends the recording again and again, as fast as it is taken. */
const { classes, events } = parameters<{ classes: 'all' | 'asked'; events: number }>();
const template = recording(classes);
const MOST_WAITING = 4 * 1024 * 1024;
let client: Socket | undefined;

const port = await startAmiServer((_, socket) => {
  client = socket;
});
process.on('message', () => void flood());
process.send?.({ port });

async function flood(): Promise<void> {
  const socket = client;
  if (socket === undefined) return;
  for (let sent = 0, round = 0; sent < events; round++) {
    const bytes = template.fill({ round, second: 1_700_000_000 + round * 10 });
    const left = events - sent;
    socket.write(left < template.events ? bytes.subarray(0, template.ends[left - 1]) : bytes);
    sent += template.events;
    if (socket.writableLength > MOST_WAITING) await new Promise((resolve) => socket.once('drain', resolve));
  }
  socket.write(END_OF_STREAM.text);
}
