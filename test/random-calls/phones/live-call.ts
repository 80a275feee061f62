import type { Dialog } from '../../asterisk/phone/dialog.ts';
import type { Phone } from '../../asterisk/phone/phone.ts';
import type { SipMessage } from '../../asterisk/phone/sip-message.ts';
import type { CastPhone } from '../cast.ts';
import type { Mark } from '../plan/plan.ts';
import type { LivePlan } from './live-plan.ts';
import type { SeenWithoutTime, Story } from './story.ts';

const FORGET_MS = 5000;

type SeenOfCall = SeenWithoutTime extends infer One
  ? One extends { call: string }
    ? Omit<One, 'call'>
    : never
  : never;

/** What is done when something happens to a call. */
export interface Reactions {
  onRinging?(call: LiveCall): void;
  onAnswered?(call: LiveCall): void;
  onNotified?(call: LiveCall, text: string): void;
}

/**
 * One call on one phone while it is played: writes down what the phone sees and does, and lets it do only what a phone
 * can do at that moment, for two things may happen at once.
 */
export class LiveCall {
  readonly id: string;
  readonly phone: CastPhone;
  readonly dialog: Dialog;
  readonly direction: 'in' | 'out';
  /** Absent: a call that shows no tag. */
  plan: LivePlan | undefined;
  mark: Mark = '';
  /** The phone that a click to call rings first. */
  isFirst = false;
  /** 200 was sent or came. */
  answered = false;
  /** The ACK came, or was sent. */
  confirmed = false;
  ended = false;
  rang = false;
  readonly #sip: Phone;
  readonly #story: Story;
  #reactions: Reactions = {};
  #isHeard = false;
  #isCancelled = false;
  #wantsCancel = false;

  constructor(id: string, cast: CastPhone, sip: Phone, dialog: Dialog, story: Story) {
    this.id = id;
    this.phone = cast;
    this.dialog = dialog;
    this.direction = dialog.invite === undefined ? 'out' : 'in';
    this.#sip = sip;
    this.#story = story;
  }

  reactWith(reactions: Reactions): void {
    this.#reactions = reactions;
  }

  /** Takes note of a message that the dialog has taken. */
  take(message: SipMessage): void {
    if (message.status === undefined) this.#takeRequest(message);
    else if (this.direction === 'out' && /^1\s+INVITE/.test(message.header('cseq')))
      this.#takeAnswer(message, message.status);
  }

  ring(): void {
    if (this.ended || this.answered) return;
    this.rang = true;
    this.dialog.ring();
    this.#saw({ saw: 'rings' });
  }

  answer(): void {
    if (this.ended || this.answered) return;
    this.answered = true;
    this.dialog.respond(200, 'OK', [], this.#sip.sdp());
    this.#saw({ saw: 'answers' });
  }

  refuse(status: number, contact?: string): void {
    if (this.ended || this.answered) return;
    const extra = contact === undefined ? [] : ([['Contact', `<sip:${contact}@127.0.0.1:5060>`]] as const);
    this.dialog.respond(status, 'No', extra);
    this.#saw({ saw: 'refuses', status });
    this.#end();
  }

  /** Gives up an unanswered call; SIP lets nobody do so before the other side has answered anything. */
  cancel(): void {
    if (this.ended || this.answered || this.#isCancelled) return;
    this.#wantsCancel = !this.#isHeard;
    if (this.#wantsCancel) return;
    this.#isCancelled = true;
    this.dialog.cancel();
    this.#saw({ saw: 'cancels' });
  }

  hangUp(): void {
    if (this.ended || !this.confirmed) return;
    this.dialog.hangup();
    this.#saw({ saw: 'hangs up' });
    this.#end();
  }

  press(digit: string): void {
    if (this.ended) return;
    this.dialog.press(digit);
    this.#saw({ saw: 'presses', digit });
  }

  /** Blind transfer. @param tag shows the target which call it is */
  refer(to: string, tag: string): void {
    if (this.ended || !this.confirmed) return;
    this.dialog.refer(to, `sip:${tag}@127.0.0.1`);
    this.#saw({ saw: 'refers', to });
  }

  /** Attended transfer, of a consultation that may still ring. */
  complete(consultation: LiveCall, to: string, tag: string): void {
    if (this.ended || consultation.ended || !this.confirmed) return;
    this.dialog.referTo(consultation.dialog, `sip:${tag}@127.0.0.1`);
    this.#saw({ saw: 'refers', to, completes: consultation.id });
  }

  putOnHold(): void {
    if (!this.ended && this.confirmed) void this.dialog.hold();
  }

  takeBack(): void {
    if (!this.ended && this.confirmed) void this.dialog.resume();
  }

  /** Ends it, however far it has come. */
  clear(): void {
    if (this.ended) return;
    this.#saw({ saw: 'is cleared' });
    this.hangUp();
    if (this.direction === 'out') this.cancel();
    else if (!this.answered) this.refuse(480);
  }

  #takeRequest(message: SipMessage): void {
    if (message.method === 'ACK' && this.direction === 'in' && this.answered && !this.confirmed) {
      this.confirmed = true;
      this.#saw({ saw: 'is acknowledged' });
      this.#reactions.onAnswered?.(this);
    } else if (message.method === 'CANCEL') {
      this.#saw({ saw: 'is cancelled' });
      if (!this.answered) this.#end();
    } else if (message.method === 'BYE' && !this.ended) {
      this.#saw({ saw: 'is hung up' });
      this.#end();
    } else if (message.method === 'NOTIFY') {
      this.#saw({ saw: 'is notified', text: `${message.body.trim()} ${message.header('subscription-state')}` });
      this.#reactions.onNotified?.(this, `${message.body} ${message.header('subscription-state')}`);
    }
  }

  #takeAnswer(message: SipMessage, status: number): void {
    if (this.ended || this.answered) return;
    if (status < 200) {
      this.#isHeard = true;
      if (status > 100) this.#saw({ saw: 'hears ringing' });
      if (this.#wantsCancel) this.cancel();
      else if (status >= 180) this.#reactions.onRinging?.(this);
      return;
    }
    if (status >= 300) {
      this.#saw({ saw: 'is refused', status });
      this.#end();
      return;
    }
    this.answered = true;
    this.confirmed = true;
    this.#saw({ saw: 'is answered', shown: message.header('p-asserted-identity') });
    if (this.#isCancelled) this.hangUp();
    else this.#reactions.onAnswered?.(this);
  }

  #end(): void {
    this.ended = true;
    // Asterisk may repeat what it has sent last.
    setTimeout(() => this.#sip.forget(this.dialog), FORGET_MS).unref();
  }

  #saw(seen: SeenOfCall): void {
    this.#story.add({ ...seen, call: this.id });
  }
}
