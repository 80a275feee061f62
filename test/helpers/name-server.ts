import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What a name server has for a name: addresses, or a way to be of no use. */
export type Zone = Record<string, { a?: string[]; aaaa?: string[]; ttl?: number } | 'silent' | 'broken'>;

const TYPES: Record<number, 'a' | 'aaaa'> = { 1: 'a', 28: 'aaaa' };
const [SERVFAIL, NXDOMAIN] = [2, 3];

/** A small name server on loopback (RFC 1035): just what a test of lookups asks for. */
export class NameServer {
  readonly #socket: Socket = createSocket('udp4');
  /** The names that it was asked for, with the type of each question. */
  readonly asked: string[] = [];
  zone: Zone;

  /** @param zone names that are not in it do not exist */
  constructor(zone: Zone) {
    this.zone = zone;
    this.#socket.on('message', (question, { port, address }) => {
      const answer = this.#answer(question);
      if (answer !== undefined) this.#socket.send(answer, port, address);
    });
  }

  /** @returns its address and port, as Node wants it */
  async listen(): Promise<string> {
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #answer(question: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
      labels.push(question.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const end = at + 5;
    const type = TYPES[question.readUInt16BE(at + 1)];
    const name = labels.join('.');
    this.asked.push(`${name} ${type}`);
    const entry = this.zone[name];
    if (entry === 'silent' || type === undefined) return undefined;
    const addresses = typeof entry === 'object' ? (entry[type] ?? []) : [];
    const code = entry === 'broken' ? SERVFAIL : entry === undefined ? NXDOMAIN : 0;
    const header = Buffer.alloc(12);
    question.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const ttl = typeof entry === 'object' ? (entry.ttl ?? 60) : 0;
    return Buffer.concat([header, question.subarray(12, end), ...addresses.map((one) => record(one, type, ttl))]);
  }
}

function record(address: string, type: 'a' | 'aaaa', ttl: number): Buffer {
  const bytes =
    type === 'a'
      ? Buffer.from(address.split('.').map(Number))
      : // Only in full: eight groups.
        Buffer.from(
          address.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16)]),
        );
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type === 'a' ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}
