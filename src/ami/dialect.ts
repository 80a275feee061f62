import { DECODED_EVENTS, decode } from './decode.ts';
import type { AmiEvent } from './events.ts';
import type { Packet } from './packet.ts';

/** The events that a reader has to let through for {@link createDecoder}. */
export const USED_EVENTS: readonly string[] = [...DECODED_EVENTS];

/** Tells packets as events; one packet may make none, one or several. */
export interface DialectDecoder {
  banner(version: string): void;
  packet(packet: Packet, emit: (event: AmiEvent) => void): void;
}

export function createDecoder(): DialectDecoder {
  return {
    banner() {},
    packet(packet, emit) {
      const event = decode(packet);
      if (event) emit(event);
    },
  };
}
