import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const CALL_AGENT_PORT = 2727;
const GATEWAY_PORT = 2427;
const ENDPOINT = 'aaln/1@gateway';

/** Never used twice: Asterisk would take it for a repetition. */
let lastTransaction = 1000;

/**
 * An analogue phone at an MGCP gateway on loopback (RFC 3435): what its user does is an event each, and the call agent,
 * Asterisk, learns of the number digit by digit.
 */
export class MgcpPhone {
  readonly #socket = createSocket('udp4');
  readonly #acknowledged = new Map<number, () => void>();

  async open(): Promise<void> {
    this.#socket.on('message', (bytes) => this.#take(bytes.toString('latin1')));
    this.#socket.bind(GATEWAY_PORT, '127.0.0.1');
    await once(this.#socket, 'listening');
    await this.#request('RSIP', 'RM: restart');
  }

  close(): void {
    this.#socket.close();
  }

  /** Lifts the receiver, or puts it down, or presses a digit: `L/hd`, `L/hu`, `D/1`. Resolves once Asterisk knows. */
  async happens(event: string): Promise<void> {
    await this.#request('NTFY', `X: 1\r\nO: ${event}`);
  }

  async #request(verb: string, lines: string): Promise<void> {
    const id = ++lastTransaction;
    const acknowledged = new Promise<void>((resolve) => this.#acknowledged.set(id, resolve));
    this.#send(`${verb} ${id} ${ENDPOINT} MGCP 1.0\r\n${lines}\r\n`);
    await acknowledged;
  }

  #take(text: string): void {
    const [first = '', second = ''] = text.split(/\s+/);
    if (/^\d{3}$/.test(first)) this.#acknowledged.get(Number(second))?.();
    else if (first === 'CRCX' || first === 'MDCX') this.#send(`200 ${second} OK\r\nI: 1\r\n\r\n${SDP}`);
    else this.#send(`200 ${second} OK\r\n`);
  }

  #send(text: string): void {
    this.#socket.send(text, CALL_AGENT_PORT, '127.0.0.1');
  }
}

/** Sound that goes nowhere. */
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 16999 RTP/AVP 0',
  '',
].join('\r\n');
