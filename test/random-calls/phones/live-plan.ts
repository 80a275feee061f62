import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../../calls/simulated-storm/random.ts';
import { between } from '../plan/chance.ts';
import { drawFirst } from '../plan/draw-plan.ts';
import { meetingOf } from '../plan/meetings.ts';
import { type Action, type CallPlan, type Meeting, type Pickup, type Side, TRANSFERS } from '../plan/plan.ts';
import { act } from './act.ts';
import type { LiveCall } from './live-call.ts';
import type { Stage } from './stage.ts';

const LOOK_MS = 100;
/** A click to call has rung, or never will. */
const ORIGINATED_MS = 7500;
const LONGEST_MS = 20_000;
/** Longer than anything that is planned. */
const SAFETY_MS = 14_000;

const REFUSALS = { busy: 486, decline: 603, unavailable: 480 } as const;

/** A plan while it is played: its phones' calls, and what is still to be done in the middle. */
export class LivePlan {
  readonly plan: CallPlan;
  readonly stage: Stage;
  readonly calls: LiveCall[] = [];
  #left: Action[];
  /** How often a phone was rung in this plan. */
  readonly #rung = new Map<string, number>();
  #first: LiveCall | undefined;
  #wasTransferred = false;
  readonly #startedAt = performance.now();
  readonly #whims;

  constructor(plan: CallPlan, stage: Stage) {
    this.plan = plan;
    this.stage = stage;
    this.#left = [...plan.middle];
    this.#whims = random(plan.seed + 1);
  }

  get index(): number {
    return this.plan.index;
  }

  get tag(): string {
    return this.plan.tag;
  }

  /** Resolves when all calls of the plan are over. */
  async play(): Promise<void> {
    const { plan, stage } = this;
    stage.story.add({ saw: 'plan', plan });
    if (plan.begins.how === 'phone') this.#call(plan.begins);
    else this.#originate(plan.begins);
    for (const pickup of plan.pickups) this.later(pickup.afterMs, () => this.#pickUp(pickup));
    const elapsed = () => performance.now() - this.#startedAt;
    const earliest = plan.begins.how === 'phone' ? 1000 : ORIGINATED_MS;
    while (elapsed() < earliest || (!this.#isOver && elapsed() < LONGEST_MS)) await sleep(LOOK_MS);
    for (const call of this.calls) call.clear();
    stage.forget(this);
  }

  /** A phone of this plan is rung. */
  meet(call: LiveCall): void {
    this.calls.push(call);
    const key = `${call.phone.name} ${call.mark}`;
    const nth = this.#rung.get(key) ?? 0;
    this.#rung.set(key, nth + 1);
    if (this.#first === undefined && this.#ringsFirst(call)) {
      this.#first = call;
      call.isFirst = true;
    }
    const meeting = call.isFirst ? drawFirst(this.plan) : meetingOf(this.plan, call.phone.name, call.mark, nth);
    this.stage.story.add({ saw: 'meets', call: call.id, plan: this.index, meeting });
    call.reactWith({ onAnswered: () => this.#talk(call, meeting), onNotified: this.#onNotified });
    if (meeting.ringsAfterMs !== undefined) this.later(meeting.ringsAfterMs, () => call.ring());
    if (meeting.does === 'answer') this.later(meeting.afterMs, () => call.answer());
    else if (meeting.does === 'forward') this.later(meeting.afterMs, () => call.refuse(302, meeting.to));
    else if (meeting.does !== 'ring') {
      const status = REFUSALS[meeting.does];
      this.later(meeting.afterMs, () => call.refuse(status));
    }
    this.later(SAFETY_MS, () => call.clear());
  }

  /** A phone of this plan calls; the plan is over when that call is, too. */
  enter(call: LiveCall): LiveCall {
    this.calls.push(call);
    this.later(SAFETY_MS, () => call.clear());
    return call;
  }

  later(ms: number, what: () => void): void {
    setTimeout(what, Math.max(0, ms));
  }

  /** The phone hangs up once a transfer has succeeded, as most do by themselves. */
  readonly #onNotified = (call: LiveCall, text: string): void => {
    if (/terminated/.test(text) && / 200 /.test(text) && this.#whims.chance(0.7))
      this.later(between(this.#whims, 0, 100), () => call.hangUp());
  };

  get #isOver(): boolean {
    return this.calls.every(({ ended }) => ended);
  }

  /** Whether a click to call rings this extension first. */
  #ringsFirst({ phone }: LiveCall): boolean {
    const { begins } = this.plan;
    return begins.how === 'originate' && phone.extension === begins.extension;
  }

  #call({ phone, number, name, from }: Extract<CallPlan['begins'], { how: 'phone' }>): void {
    const call = this.stage.call(phone, number, 'main', { plan: this, displayName: name, from });
    this.enter(call).reactWith({
      onAnswered: () => {
        this.later(this.plan.talkMs, () => call.hangUp());
        this.#act('caller', call);
      },
      onNotified: this.#onNotified,
    });
    if (this.plan.cancelAfterMs !== undefined) this.later(this.plan.cancelAfterMs, () => call.cancel());
  }

  #originate({ channel, extension, number, name, way }: Extract<CallPlan['begins'], { how: 'originate' }>): void {
    const callerId = `"${name}" <${extension}>`;
    const where = number === '' ? { Application: 'Wait', Data: '2' } : { Context: 'ext', Exten: number, Priority: '1' };
    if (way === 'call-file') {
      const lines = { Channel: channel, Callerid: callerId, WaitTime: '6', ...where };
      const { Exten, ...rest } = lines as Record<string, string>;
      const text = Object.entries({ ...rest, Extension: Exten ?? '' }).map(([key, value]) => `${key}: ${value}\n`);
      this.stage.asterisk.callFile(text.join(''));
      return;
    }
    const headers = { Channel: channel, CallerID: callerId, Timeout: '6000', ...where };
    this.stage.ask({ Action: 'Originate', ...headers, Async: String(way === 'asynchronous') });
  }

  #talk(call: LiveCall, meeting: Meeting): void {
    const { asked } = meeting;
    if (asked !== undefined && this.plan.asked.includes(call.phone.name)) {
      if (asked.presses !== '') this.later(asked.afterMs, () => call.press(asked.presses));
      if (asked.hangsUp) this.later(asked.afterMs, () => call.hangUp());
      this.later(asked.afterMs + meeting.talkMs, () => call.hangUp());
    } else this.later(meeting.talkMs + (meeting.hangsUp ? 0 : 8000), () => call.hangUp());
    if (call.isFirst) this.#act('caller', call);
    else {
      if (this.#wasTransferred || call.mark !== '') this.#act('target', call);
      if (call.mark === '') this.#act('called', call);
    }
  }

  #act(side: Side, call: LiveCall): void {
    // The provider transfers nobody; but AMI may be asked to with its channel.
    const isOwn = ({ side: whose, what }: Action) =>
      whose === side && (call.phone.extension !== undefined || what.startsWith('ami-'));
    const own = this.#left.filter(isOwn);
    this.#left = this.#left.filter((action) => !isOwn(action));
    for (const action of own)
      this.later(action.afterMs, () => {
        if (call.ended) return;
        if (TRANSFERS.includes(action.what)) this.#wasTransferred = true;
        act(action, call, this).catch((error: Error) => console.log(error.message));
      });
  }

  #pickUp({ by, code }: Pickup): void {
    const displayName = `${this.tag}p`;
    if (code !== undefined) {
      const call = this.stage.call(by, code, 'pickup', { plan: this, displayName });
      this.enter(call).reactWith({ onAnswered: () => this.#talkBriefly(call) });
      return;
    }
    const rings = this.calls.find(
      (one) => one.direction === 'in' && !one.ended && !one.answered && one.rang && !one.isFirst,
    );
    if (rings === undefined) return;
    const { callId, localTag, remoteTag } = rings.dialog;
    const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag};early-only`;
    const call = this.stage.call(by, rings.phone.extension ?? '900', 'replaces', {
      plan: this,
      displayName,
      takes: rings,
      headers: [
        ['Replaces', replaces],
        ['Require', 'replaces'],
      ],
    });
    this.enter(call).reactWith({ onAnswered: () => this.#talkBriefly(call) });
  }

  #talkBriefly(call: LiveCall): void {
    this.later(between(this.#whims, 100, 3000), () => call.hangUp());
  }
}
