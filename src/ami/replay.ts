import type { AmiEvent } from './ami-events.ts';
import { DialectDecoder, USED_EVENTS } from './decode/dialect.ts';
import { AmiError } from './errors.ts';
import { AmiParser } from './wire/parser.ts';

/** Bytes are taken in pieces of this size, so that events come out while a long log is being read. */
const PIECE = 64 * 1024;

/**
 * The events of a recorded log: the text of AMI as a session reads it. Everything else is skipped: a banner, answers,
 * notes, a block that is cut off at either end, even a stretch that is not AMI at all.
 *
 * @param log whole, or in chunks cut anywhere; LF alone as line end works too
 */
export async function* replay(log: AsyncIterable<Uint8Array | string>): AsyncGenerator<AmiEvent> {
  const reader = createLogReader();
  for await (const chunk of log) yield* reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  yield* reader.end();
}

/** As {@link replay}, for a log that is at hand. */
export function* replayBytes(log: Uint8Array | string): Generator<AmiEvent> {
  const reader = createLogReader();
  yield* reader.push(typeof log === 'string' ? Buffer.from(log) : log);
  yield* reader.end();
}

function createLogReader() {
  let ready: AmiEvent[] = [];
  const emit = (event: AmiEvent) => ready.push(event);
  const decoder = new DialectDecoder();
  const parser = new AmiParser(USED_EVENTS, {
    packet: (packet) => decoder.packet(packet, emit),
    banner: (version) => decoder.banner(version),
  });
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  return {
    *push(bytes: Uint8Array): Generator<AmiEvent> {
      for (let at = 0; at < bytes.length; at += PIECE) {
        try {
          parser.push(bytes.subarray(at, at + PIECE));
        } catch (error) {
          // Not AMI: the parser has dropped it and finds the next block by itself.
          if (!(error instanceof AmiError)) throw error;
        }
        yield* take();
      }
    },
    *end(): Generator<AmiEvent> {
      parser.end();
      yield* take();
    },
  };
}
