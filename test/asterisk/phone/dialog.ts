import type { Phone } from './phone.ts';
import { Repeater } from './repeater.ts';
import { type SipMessage, sipText, tagOf, uriOf } from './sip-message.ts';
import { soundPort } from './sound.ts';

/** What may be awaited of a call. */
export type Moment = 'ringing' | 'answered' | 'refused' | 'ended';

const MOMENT_MS = 20_000;

/** One call on a phone, as the phone sees it: a SIP dialog that began with an INVITE, its own or Asterisk's. */
export class Dialog {
  readonly phone: Phone;
  readonly callId: string;
  readonly localTag: string;
  remoteTag = '';
  /** Status of the final answer to the INVITE. */
  status = 0;
  remoteTarget: string;
  localUri: string;
  remoteUri: string;
  /** The INVITE that Asterisk sent, when it did. */
  readonly invite: SipMessage | undefined;
  readonly #displayName: string;
  readonly #repeater: Repeater;
  #soundPort: number | undefined;
  #stopSound: (() => void) | undefined;
  /** A re-INVITE of this phone was answered. */
  #onAgreed: (() => void) | undefined;
  #sequence = 1;
  #branch = '';
  #inviteBranch = '';
  /** What this phone does with the 200 to its INVITE, rather than to acknowledge it and talk. */
  onAnswer: ((call: this) => void) | undefined;
  /** What this phone does when its ringing is cancelled, rather than to stop. */
  onCancel: ((call: this) => void) | undefined;
  readonly #happened = new Set<Moment>();
  readonly #waiting: { moment: Moment; resolve: () => void }[] = [];

  constructor(
    phone: Phone,
    start: {
      callId: string;
      remoteTarget: string;
      localUri: string;
      remoteUri: string;
      displayName?: string;
      invite?: SipMessage;
    },
  ) {
    this.phone = phone;
    this.#repeater = new Repeater(phone);
    this.callId = start.callId;
    this.localTag = phone.token();
    this.remoteTarget = start.remoteTarget;
    this.localUri = start.localUri;
    this.remoteUri = start.remoteUri;
    this.#displayName = start.displayName ?? '';
    this.invite = start.invite;
    if (start.invite === undefined) return;
    this.remoteTag = tagOf(start.invite.header('from'));
    this.#soundPort = soundPort(start.invite.body);
  }

  /** Waits for a moment; rejects when it does not come in time. */
  async is(moment: Moment): Promise<this> {
    if (this.#happened.has(moment)) return this;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.phone.name}: waited ${MOMENT_MS} ms for the call to be ${moment}`)),
        MOMENT_MS,
      );
      this.#waiting.push({
        moment,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
    return this;
  }

  has(moment: Moment): boolean {
    return this.#happened.has(moment);
  }

  happen(moment: Moment): void {
    this.#happened.add(moment);
    if (moment === 'answered' && this.#soundPort !== undefined && !this.has('ended'))
      this.#stopSound ??= this.phone.sound.say(this.#soundPort);
    if (moment === 'ended') this.stopSound();
    for (const waiter of this.#waiting.filter((one) => one.moment === moment)) waiter.resolve();
  }

  get endpoint(): string {
    return this.phone.endpoint;
  }

  /** It is forgotten: nothing more comes from it. */
  stop(): void {
    this.#repeater.stop();
    this.stopSound();
  }

  stopSound(): void {
    this.#stopSound?.();
    this.#stopSound = undefined;
    this.#soundPort = undefined;
  }

  // As the calling phone

  sendInvite(headers: readonly (readonly [string, string])[]): void {
    this.#inviteBranch = this.#newBranch();
    this.#request('INVITE', this.#inviteBranch, headers, this.phone.sdp());
  }

  takeResponse(message: SipMessage): void {
    const [, method = ''] = message.header('cseq').split(/\s+/);
    this.#captured(message);
    const status = message.status ?? 0;
    if (method !== 'INVITE') return;
    if (status > 100 && tagOf(message.header('to')) !== '') this.remoteTag = tagOf(message.header('to'));
    if (status < 200) {
      if (status >= 180) this.happen('ringing');
      return;
    }
    this.status = status;
    if (status < 300) {
      this.#soundPort = soundPort(message.body);
      this.remoteTarget = uriOf(message.header('contact')) || this.remoteTarget;
      this.onAnswer?.(this);
      this.onAnswer = undefined;
      this.#ack(this.#newBranch(), message);
      this.happen('answered');
      this.#onAgreed?.();
      return;
    }
    this.#ack(this.#inviteBranch, message);
    // A re-INVITE may cross one of Asterisk's, which refuses it then: the call goes on.
    if (this.has('answered')) return;
    this.happen('refused');
    this.happen('ended');
  }

  cancel(): void {
    const headers = this.#headers('CANCEL', this.#inviteBranch, this.#sequence, true);
    this.#repeater.send(`CANCEL ${this.#inviteBranch}`, sipText(`CANCEL ${this.remoteTarget} SIP/2.0`, headers));
  }

  // As the called phone

  respond(status: number, reason: string, extra: readonly (readonly [string, string])[] = [], body = ''): void {
    if (this.invite === undefined) throw new Error('this phone is the caller');
    const answer = this.#answerTo(this.invite, status, reason, extra, body);
    if (status >= 200) this.#repeater.send('ACK', answer);
    else this.phone.send(answer);
    if (status >= 200) this.status = status;
    if (status >= 200 && status < 300) this.happen('answered');
    if (status >= 300) this.happen('ended');
  }

  ring(): void {
    this.respond(180, 'Ringing');
    this.happen('ringing');
  }

  async answer(): Promise<this> {
    this.respond(200, 'OK', [], this.phone.sdp());
    return this.is('answered');
  }

  // Either

  hangup(): void {
    this.#sequence++;
    this.#request('BYE', this.#newBranch(), []);
    this.happen('ended');
  }

  /**
   * Blind transfer.
   * @param by what the target is shown as Referred-By
   */
  refer(number: string, by = this.localUri): void {
    this.#sequence++;
    this.#request('REFER', this.#newBranch(), [
      ['Refer-To', `<sip:${number}@127.0.0.1>`],
      ['Referred-By', `<${by}>`],
    ]);
  }

  /** Attended transfer: this call's party shall talk to the other call's party. */
  referTo(other: Dialog, by = this.localUri): void {
    this.#sequence++;
    const replaces = encodeURIComponent(`${other.callId};to-tag=${other.remoteTag};from-tag=${other.localTag}`);
    this.#request('REFER', this.#newBranch(), [
      ['Refer-To', `<${uriOf(other.remoteUri)}?Replaces=${replaces}>`],
      ['Referred-By', `<${by}>`],
    ]);
  }

  /** A digit, as DTMF by INFO. */
  press(digit: string): void {
    this.#sequence++;
    this.#request(
      'INFO',
      this.#newBranch(),
      [['Content-Type', 'application/dtmf-relay']],
      `Signal=${digit}\r\nDuration=100\r\n`,
    );
  }

  /** A re-INVITE that says that this phone sends and hears nothing; resolves once Asterisk has agreed. */
  async hold(): Promise<void> {
    await this.#reinvite('inactive');
  }

  async resume(): Promise<void> {
    await this.#reinvite('sendrecv');
  }

  takeRequest(message: SipMessage): void {
    switch (message.method) {
      case 'ACK':
        this.#repeater.captured('ACK');
        return;
      case 'BYE':
        this.phone.send(this.#answerTo(message, 200, 'OK'));
        this.happen('ended');
        return;
      case 'CANCEL':
        this.phone.send(this.#answerTo(message, 200, 'OK'));
        if (this.onCancel !== undefined) {
          this.onCancel(this);
          return;
        }
        // One that crosses the answer comes too late: Asterisk hangs up then.
        if (this.status === 0) this.respond(487, 'Request Terminated');
        return;
      case 'INVITE':
        this.phone.send(this.#answerTo(message, 200, 'OK', [], this.phone.sdp()));
        return;
      case 'UPDATE':
        this.phone.send(this.#answerTo(message, 200, 'OK', [], message.body === '' ? '' : this.phone.sdp()));
        return;
      default:
        this.phone.send(this.#answerTo(message, 200, 'OK'));
    }
  }

  async #reinvite(direction: string): Promise<void> {
    this.#sequence++;
    this.#inviteBranch = this.#newBranch();
    const agreed = new Promise<void>((resolve) => {
      this.#onAgreed = resolve;
    });
    this.#request('INVITE', this.#inviteBranch, [], this.phone.sdp(direction));
    await agreed;
  }

  #request(method: string, branch: string, extra: readonly (readonly [string, string])[], body = ''): void {
    const headers = [...this.#headers(method, branch, this.#sequence, false), ...extra];
    if (body !== '' && !extra.some(([name]) => name === 'Content-Type'))
      headers.push(['Content-Type', 'application/sdp']);
    this.#repeater.send(`${method} ${branch}`, sipText(`${method} ${this.remoteTarget} SIP/2.0`, headers, body));
  }

  #captured(response: SipMessage): void {
    const [, method = ''] = response.header('cseq').split(/\s+/);
    const branch = /;branch=([^;,\s]+)/.exec(response.header('via'))?.[1] ?? '';
    this.#repeater.captured(`${method} ${branch}`);
  }

  #ack(branch: string, response: SipMessage): void {
    const sequence = Number.parseInt(response.header('cseq'), 10);
    this.phone.send(sipText(`ACK ${this.remoteTarget} SIP/2.0`, this.#headers('ACK', branch, sequence, false)));
  }

  #headers(method: string, branch: string, sequence: number, early: boolean): [string, string][] {
    const remoteTag = this.remoteTag === '' || early ? '' : `;tag=${this.remoteTag}`;
    return [
      ['Via', `SIP/2.0/UDP 127.0.0.1:${this.phone.port};branch=${branch};rport`],
      ['Max-Forwards', '70'],
      ['From', `${this.#displayName}<${this.localUri}>;tag=${this.localTag}`],
      ['To', `<${this.remoteUri}>${remoteTag}`],
      ['Call-ID', this.callId],
      ['CSeq', `${sequence} ${method}`],
      ['Contact', `<sip:${this.phone.name}@127.0.0.1:${this.phone.port}>`],
      ['X-Ext', this.phone.name],
      ['Allow', 'INVITE, ACK, CANCEL, BYE, REFER, NOTIFY, INFO, OPTIONS, UPDATE'],
      ['Supported', 'replaces'],
    ];
  }

  #answerTo(
    message: SipMessage,
    status: number,
    reason: string,
    extra: readonly (readonly [string, string])[] = [],
    body = '',
  ): string {
    const to = message.header('to');
    const tagged = tagOf(to) === '' ? `${to};tag=${this.localTag}` : to;
    const headers: (readonly [string, string])[] = [
      ...message.headers('via').map((via) => ['Via', via] as const),
      ['From', message.header('from')],
      ['To', tagged],
      ['Call-ID', message.header('call-id')],
      ['CSeq', message.header('cseq')],
      ...extra,
    ];
    if (!extra.some(([name]) => name === 'Contact'))
      headers.push(['Contact', `<sip:${this.phone.name}@127.0.0.1:${this.phone.port}>`]);
    if (body !== '') headers.push(['Content-Type', 'application/sdp']);
    return sipText(`SIP/2.0 ${status} ${reason}`, headers, body);
  }

  #newBranch(): string {
    this.#branch = `z9hG4bK${this.phone.token()}`;
    return this.#branch;
  }
}
