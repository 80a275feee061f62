import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AmiEvent } from '../../src/ami/ami-events.ts';
import { DialectDecoder, USED_EVENTS } from '../../src/ami/decode/dialect.ts';
import { AmiParser } from '../../src/ami/wire/parser.ts';
import { type CallEvent, legKeyOf } from '../../src/calls/call-event.ts';
import { Tracker } from '../../src/calls/tracker.ts';
import { directoryOf } from '../helpers/directory.ts';
import type { Result } from './with-service.ts';

const FIXTURES = ['direct-answered', 'ring-group'];
const DIRECTORY = directoryOf(
  Object.fromEntries(['101', '102', '103', '104', '105'].map((name) => [name, { channels: [`PJSIP/${name}`] }])),
);

/**
 * A recording is cut at every byte, and meanwhile all calls end: every leg that was emitted is closed by the list,
 * once, and nothing else is emitted but who missed a call.
 */
export async function cutAnywhere(): Promise<Result> {
  const wrong: string[] = [];
  let cuts = 0;
  let closed = 0;
  for (const name of FIXTURES) {
    const bytes = readFileSync(join(import.meta.dirname, `../../fixtures/${name}/asterisk22-pjsip.ami.log`));
    for (let cut = 0; cut <= bytes.length; cut++) {
      cuts++;
      try {
        const { open, after, left } = cutAt(bytes.subarray(0, cut));
        closed += after.length;
        if (after.join() !== open.join() || left > 0)
          wrong.push(`${name} at byte ${cut}: open ${open.join('; ')}, emitted ${after.join('; ')}, left ${left}`);
      } catch (error) {
        wrong.push(`${name} at byte ${cut}: ${String(error)}`);
      }
    }
  }
  if (closed === 0) wrong.push('no leg was open at any cut');
  return { figures: { cuts, 'legs closed': closed }, wrong: wrong.slice(0, 5), late: [] };
}

/** The connection is lost after these bytes; it is back when no channel is alive any more. */
function cutAt(bytes: Buffer): { open: string[]; after: string[]; left: number } {
  const emitted: CallEvent[] = [];
  const tracker = new Tracker({ directory: DIRECTORY, onCallEvent: (event) => emitted.push(event) });
  const decoder = new DialectDecoder();
  const apply = (event: AmiEvent) => tracker.apply(event);
  const parser = new AmiParser([...USED_EVENTS], {
    packet: (packet) => {
      if (packet.event !== '') decoder.packet(packet, apply);
    },
    banner: (version) => decoder.banner(version),
  });
  parser.push(bytes);
  const hungUp = new Set(emitted.filter(({ event }) => event === 'hangup').map(keyOf));
  const dialled = emitted.filter(({ event }) => event.startsWith('dial')).map(keyOf);
  const before = emitted.length;
  // A new connection has a new parser: nothing of the half packet is left.
  apply({ event: 'ChannelListRequested' });
  apply({ event: 'ChannelList', channels: [] });
  const { channels, legs } = tracker.size;
  const since = emitted.slice(before);
  const unanswered = new Set(
    since.filter(({ event, params }) => event === 'hangup' && params.CallStatus === 'UNKNOWN').map(keyOf),
  );
  // The caller has hung up as well: who rang and did not answer has missed the call.
  const isMissed = (event: CallEvent) => event.event === 'missed' && unanswered.has(keyOf(event));
  return {
    open: dialled.filter((key) => !hungUp.has(key)).sort(),
    after: since
      .filter((event) => !isMissed(event))
      .map((event) => (event.event === 'hangup' ? keyOf(event) : event.event))
      .sort(),
    left: channels + legs,
  };
}

const keyOf = ({ leg }: CallEvent) => legKeyOf(leg);
