import { createSocket, type Socket } from 'node:dgram';

/** 20 ms of silence in PCMU. */
const SAMPLES = 160;
const PACKET_MS = 20;

/**
 * A phone's sound, as RTP. It says nothing, but all the time: Asterisk takes Local channels out of a call only then.
 */
export class Sound {
  readonly port: number;
  readonly #socket: Socket = createSocket('udp4');
  #isClosed = false;

  constructor(port: number) {
    this.port = port;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.bind(this.port, '127.0.0.1', resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  /**
   * Sends silence until it is stopped.
   * @param port where the other side hears
   */
  say(port: number): () => void {
    const packet = Buffer.alloc(12 + SAMPLES, 0xff);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(0, 1);
    packet.writeUInt32BE(port, 8);
    let count = 0;
    const timer = setInterval(() => {
      if (this.#isClosed) return clearInterval(timer);
      packet.writeUInt16BE(++count & 0xffff, 2);
      packet.writeUInt32BE(count * SAMPLES, 4);
      this.#socket.send(packet, port, '127.0.0.1');
    }, PACKET_MS);
    return () => clearInterval(timer);
  }
}

/** The port that an SDP names for sound; absent when it names none. */
export function soundPort(sdp: string): number | undefined {
  const port = /^m=audio (\d+)/m.exec(sdp)?.[1];
  return port === undefined || port === '0' ? undefined : Number(port);
}
