import type { LabAmi } from '../../asterisk/ami.ts';
import type { Asterisk } from '../../asterisk/lab/asterisk.ts';
import { fieldsOf } from '../../asterisk/lab/living.ts';
import { type CallOptions, Phone } from '../../asterisk/phone/phone.ts';
import { type CastPhone, castPhone, PHONES } from '../cast.ts';
import type { CallPlan } from '../plan/plan.ts';
import { tagShown } from '../plan/tag.ts';
import { LiveCall } from './live-call.ts';
import { LivePlan } from './live-plan.ts';
import { shownBy } from './shown.ts';
import { now, type Purpose, type Story } from './story.ts';

/** A call that was parked, and where. */
interface Parked {
  at: number;
  space: string;
  name: string;
}

/** The phones, the plans that are being played on them, and what AMI is asked to do. The oracle does not look here. */
export class Stage {
  readonly story: Story;
  readonly ami: LabAmi;
  readonly asterisk: Asterisk;
  readonly plans = new Map<number, LivePlan>();
  readonly #phones = new Map<string, Phone>();
  readonly #calls = new Map<string, LiveCall>();
  #parked: Parked[] = [];
  #count = 0;

  constructor(story: Story, ami: LabAmi, asterisk: Asterisk) {
    this.story = story;
    this.ami = ami;
    this.asterisk = asterisk;
  }

  async open(): Promise<void> {
    for (const cast of PHONES) {
      const phone = new Phone(cast.sipName, cast.port, cast.endpoint);
      this.#phones.set(cast.name, phone);
      phone.onCall = (dialog) => this.#takeCall(cast, dialog);
      phone.onMessage = (dialog, message) => this.#calls.get(dialog.callId)?.take(message);
      await phone.open();
    }
  }

  close(): void {
    for (const phone of this.#phones.values()) phone.close();
  }

  /** Plays one plan to its end. */
  async play(plan: CallPlan): Promise<void> {
    const live = new LivePlan(plan, this);
    this.plans.set(plan.index, live);
    await live.play();
  }

  /** A phone calls a number. */
  call(
    name: string,
    number: string,
    purpose: Purpose,
    { plan, takes, ...options }: CallOptions & { plan: LivePlan; takes?: LiveCall },
  ): LiveCall {
    const cast = castPhone(name);
    const phone = this.#phone(name);
    const from = options.from ?? cast.extension ?? '';
    const dialog = phone.call(number, { ...options, from });
    const call = this.#enter(cast, dialog, phone);
    call.plan = plan;
    this.story.add({
      saw: 'calls',
      call: call.id,
      phone: name,
      plan: plan.index,
      purpose,
      number,
      name: options.displayName ?? '',
      from: from.replace(/@.*/, ''),
      ...(takes && { takes: takes.id }),
    });
    return call;
  }

  /** Asks Asterisk for something; what becomes of it the phones see. */
  ask(headers: Record<string, string>): void {
    this.ami.action(headers).catch((error: Error) => console.log(error.message));
  }

  /** The channel of a call, which has its Call-ID; absent when it has just ended. */
  async channelOf({ phone: { endpoint }, dialog: { callId } }: LiveCall): Promise<string | undefined> {
    for (const name of this.ami.living.names()) {
      if (!name.startsWith(`PJSIP/${endpoint}-`)) continue;
      const answer = await this.ami.action({ Action: 'Getvar', Channel: name, Variable: 'CHANNEL(pjsip,call-id)' });
      if (answer.includes(`Value: ${callId}\r`)) return name;
    }
    return undefined;
  }

  /** Where the last call of a plan was parked in the last seconds. */
  parkedOf(tag: string): string | undefined {
    return this.#parked.findLast(({ at, name }) => name.startsWith(tag) && now() - at < 4000)?.space;
  }

  takeEvent(block: string): void {
    if (!block.startsWith('Event: ParkedCall\r')) return;
    const { ParkingSpace = '', ParkeeCallerIDName = '' } = fieldsOf(block);
    this.#parked = [...this.#parked.slice(-50), { at: now(), space: ParkingSpace, name: ParkeeCallerIDName }];
  }

  #takeCall(cast: CastPhone, dialog: ReturnType<Phone['call']>): void {
    const call = this.#enter(cast, dialog, this.#phone(cast.name));
    // A phone that says nothing at first cannot be cancelled either.
    dialog.respond(100, 'Trying');
    const { invite } = dialog;
    const { name, number } = shownBy(invite?.header('from') ?? '');
    const referredBy = invite?.header('referred-by') ?? '';
    this.story.add({ saw: 'is called', call: call.id, phone: cast.name, name, from: number, referredBy });
    const shown = tagShown(name, number, referredBy);
    call.plan = this.plans.get(shown?.tag.plan ?? 0);
    call.mark = shown?.tag.mark ?? '';
    if (call.plan === undefined) call.refuse(480);
    else call.plan.meet(call);
  }

  #enter(cast: CastPhone, dialog: ReturnType<Phone['call']>, phone: Phone): LiveCall {
    const call = new LiveCall(`${cast.name}.${++this.#count}`, cast, phone, dialog, this.story);
    this.#calls.set(dialog.callId, call);
    return call;
  }

  /** Forgets what is over. */
  forget(plan: LivePlan): void {
    for (const [callId, call] of this.#calls) if (call.ended && call.plan === plan) this.#calls.delete(callId);
  }

  #phone(name: string): Phone {
    const phone = this.#phones.get(name);
    if (phone === undefined) throw new Error(`there is no phone ${name}`);
    return phone;
  }
}
