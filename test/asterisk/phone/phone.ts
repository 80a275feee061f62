import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { Dialog } from './dialog.ts';
import { parseSip, type SipMessage, sipText, uriOf } from './sip-message.ts';
import { Sound } from './sound.ts';

const ASTERISK_PORT = 5060;
const INCOMING_MS = 15_000;

export interface CallOptions {
  /** More headers, such as Replaces or P-Asserted-Identity. */
  headers?: readonly (readonly [string, string])[];
  /** The user part of From, or user@host; left out: the phone's name. */
  from?: string;
  /** The name in From. */
  displayName?: string;
}

/**
 * A SIP phone on loopback, without sound: it makes and takes calls, and does what real phones do (REFER, Replaces,
 * DTMF, re-INVITE, CANCEL, 302 …). What it waits for are conditions, never times.
 */
export class Phone {
  readonly name: string;
  readonly port: number;
  /** Its endpoint in Asterisk; two contacts of one have it in common. */
  readonly endpoint: string;
  /** What happens to a call that comes in: called as soon as it rings. Left out: it rings. */
  onCall: ((call: Dialog) => void) | undefined;
  /** What else is done with a message of a call, once the call has taken it. */
  onMessage: ((call: Dialog, message: SipMessage) => void) | undefined;
  readonly sound: Sound;
  readonly #socket: Socket;
  /** How many SDPs it has sent: each must have a new version. */
  #descriptions = 0;
  readonly #dialogs = new Map<string, Dialog>();
  #incoming: Dialog[] = [];
  #waiting: ((call: Dialog) => void)[] = [];

  constructor(name: string, port: number, endpoint = name) {
    this.name = name;
    this.endpoint = endpoint;
    this.sound = new Sound(port + 10_000);
    this.port = port;
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (bytes) => this.#take(parseSip(bytes.toString('utf8'))));
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.bind(this.port, '127.0.0.1', resolve));
    await this.sound.open();
  }

  close(): void {
    this.#socket.close();
    this.sound.close();
  }

  /** Forgets the calls that have come and gone, and how they were to be met. */
  reset(): void {
    this.#incoming = [];
    this.#waiting = [];
    this.onCall = undefined;
    for (const dialog of this.#dialogs.values()) dialog.stop();
  }

  /** Calls a number. */
  call(number: string, { headers = [], from = this.name, displayName = '' }: CallOptions = {}): Dialog {
    const user = encodeURIComponent(number).replaceAll('%2B', '+').replaceAll('%2A', '*');
    const target = `sip:${user === '' ? '' : `${user}@`}127.0.0.1:${ASTERISK_PORT}`;
    const dialog = new Dialog(this, {
      callId: `${this.token()}@127.0.0.1`,
      remoteTarget: target,
      localUri: from === '' ? 'sip:127.0.0.1' : `sip:${from}${from.includes('@') ? '' : '@127.0.0.1'}`,
      remoteUri: target,
      displayName: displayName === '' ? '' : `"${displayName.replace(/["\\]/g, '\\$&')}" `,
    });
    this.#dialogs.set(dialog.callId, dialog);
    dialog.sendInvite(headers);
    return dialog;
  }

  /** Forgets a call that is over. */
  forget(call: Dialog): void {
    call.stop();
    this.#dialogs.delete(call.callId);
    this.#incoming = this.#incoming.filter((one) => one !== call);
  }

  /** The next call that comes in, ringing (unless `onCall` did something else with it). */
  async incoming(): Promise<Dialog> {
    const first = this.#incoming.shift();
    if (first !== undefined) return first;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.name}: waited ${INCOMING_MS} ms for a call to come in`)),
        INCOMING_MS,
      );
      this.#waiting.push((call) => {
        clearTimeout(timer);
        resolve(call);
      });
    });
  }

  send(text: string): void {
    this.#socket.send(text, ASTERISK_PORT, '127.0.0.1');
  }

  token(): string {
    return randomBytes(8).toString('hex');
  }

  /** Sound that nobody listens to. */
  sdp(direction = 'sendrecv'): string {
    return [
      'v=0',
      `o=- 1 ${++this.#descriptions} IN IP4 127.0.0.1`,
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.sound.port} RTP/AVP 0`,
      'a=rtpmap:0 PCMU/8000',
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  #take(message: SipMessage): void {
    const dialog = this.#dialogs.get(message.header('call-id'));
    if (dialog !== undefined) {
      if (message.method === 'INVITE' && !dialog.has('answered')) return; // a repetition
      if (message.status === undefined) dialog.takeRequest(message);
      else dialog.takeResponse(message);
      this.onMessage?.(dialog, message);
      return;
    }
    if (message.status !== undefined) return;
    if (message.method === 'INVITE') this.#takeCall(message);
    else if (message.method !== 'ACK') this.#acknowledge(message);
  }

  #takeCall(invite: SipMessage): void {
    const call = new Dialog(this, {
      callId: invite.header('call-id'),
      remoteTarget: uriOf(invite.header('contact')),
      localUri: uriOf(invite.header('to')),
      remoteUri: uriOf(invite.header('from')),
      invite,
    });
    this.#dialogs.set(call.callId, call);
    if (this.onCall === undefined) call.ring();
    else this.onCall(call);
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#incoming.push(call);
    else waiter(call);
  }

  #acknowledge(message: SipMessage): void {
    this.send(
      sipText('SIP/2.0 200 OK', [
        ...message.headers('via').map((via) => ['Via', via] as const),
        ['From', message.header('from')],
        ['To', `${message.header('to')};tag=${this.token()}`],
        ['Call-ID', message.header('call-id')],
        ['CSeq', message.header('cseq')],
      ]),
    );
  }
}
