import { castPhone } from '../cast.ts';
import type { Action } from '../plan/plan.ts';
import type { LiveCall } from './live-call.ts';
import type { LivePlan } from './live-plan.ts';

/** Asterisk waits so long for the next digit of a feature code's number. */
const DIGITS_END_MS = 2100;
const DIGIT_MS = 120;
const CODES = { 'code-blind': '#1', 'code-consult': '*2', 'code-park': '#72' } as const;

/** Does what is planned in the middle of a call, from one phone in it, and writes it down. */
export async function act(action: Action, call: LiveCall, plan: LivePlan): Promise<void> {
  const done = await DOES[action.what](action, call, plan);
  plan.stage.story.add({ saw: 'acts', plan: plan.index, call: call.id, action, skipped: !done });
}

/** @returns false when there was nothing to do it to */
type Does = (action: Action, call: LiveCall, plan: LivePlan) => boolean | Promise<boolean>;

const DOES: Record<Action['what'], Does> = {
  refer({ to, thenMs }, call, plan) {
    call.refer(to, plan.tag);
    plan.later(thenMs + 2000, () => call.hangUp());
    return true;
  },
  consult,
  hold({ thenMs }, call, plan) {
    call.putOnHold();
    plan.later(thenMs, () => call.takeBack());
    return true;
  },
  park(action, call, plan) {
    call.refer('700', plan.tag);
    plan.later(2000, () => call.hangUp());
    plan.later(action.thenMs, () => fetch(action, plan));
    return true;
  },
  'code-blind'({ to }, call, plan) {
    pressAll(CODES['code-blind'], to, call, plan);
    return true;
  },
  'code-consult'({ to, thenMs }, call, plan) {
    const lastMs = pressAll(CODES['code-consult'], to, call, plan);
    plan.later(lastMs + DIGITS_END_MS + thenMs * 2, () => call.hangUp());
    return true;
  },
  'code-park'(action, call, plan) {
    pressAll(CODES['code-park'], '', call, plan);
    plan.later(action.thenMs + 500, () => fetch(action, plan));
    return true;
  },
  'ami-redirect': ({ to }, call, plan) => ask(call, plan, (Channel) => ({ Action: 'Redirect', Channel, ...place(to) })),
  'ami-blind': ({ to }, call, plan) =>
    ask(call, plan, (Channel) => ({ Action: 'BlindTransfer', Channel, Context: 'ext', Exten: to })),
  'ami-hangup': (_action, call, plan) => ask(call, plan, (Channel) => ({ Action: 'Hangup', Channel })),
  'ami-consult'({ to, thenMs }, call, plan) {
    plan.later(thenMs + 1000, () => call.hangUp());
    return ask(call, plan, (Channel) => ({ Action: 'Atxfer', Channel, Context: 'ext', Exten: to }));
  },
  async 'ami-redirect-both'({ to }, _call, plan) {
    const talking = plan.calls.filter(({ ended, answered }) => !ended && answered);
    const [one, other] = await Promise.all(talking.map((own) => plan.stage.channelOf(own)));
    if (one === undefined || other === undefined || one === other) return false;
    plan.stage.ask({
      Action: 'Redirect',
      Channel: one,
      ExtraChannel: other,
      ...place(to),
      ExtraContext: 'ext',
      ExtraExten: '690',
      ExtraPriority: '1',
    });
    return true;
  },
};

/**
 * Calls somebody else meanwhile, and then hands the first party over: after the answer, while it rings, or not at all.
 */
function consult({ to, thenMs, consultation }: Action, call: LiveCall, plan: LivePlan): boolean {
  if (consultation === undefined) return false;
  const { how, mark, name } = consultation;
  const { phone } = call;
  const second = plan.stage.call(phone.name, to, 'consultation', {
    plan,
    displayName: `${plan.tag}${mark}${name}`,
    from: phone.extension ?? '',
  });
  plan.enter(second);
  let isDone = false;
  const handOver = () => {
    if (isDone) return;
    isDone = true;
    plan.later(thenMs, () => {
      if (how === 'abandoned') second.hangUp();
      else complete(call, second, to, plan);
    });
    plan.later(9000, () => second.hangUp());
  };
  second.reactWith({
    onRinging: () => {
      if (how === 'blonde') handOver();
    },
    onAnswered: handOver,
  });
  if (how === 'abandoned') plan.later(thenMs, () => second.cancel());
  plan.later(7000, () => second.cancel());
  return true;
}

function complete(call: LiveCall, second: LiveCall, to: string, plan: LivePlan): void {
  call.complete(second, to, plan.tag);
  plan.later(3000, () => call.hangUp());
  plan.later(3200, () => {
    second.hangUp();
    second.cancel();
  });
}

/** @returns when the last digit is pressed */
function pressAll(code: string, number: string, call: LiveCall, plan: LivePlan): number {
  // The transferrer hears "transfer" before the number.
  const numberMs = code.length * DIGIT_MS + 400;
  for (const [index, digit] of [...code].entries()) plan.later(index * DIGIT_MS, () => call.press(digit));
  for (const [index, digit] of [...number].entries()) plan.later(numberMs + index * DIGIT_MS, () => call.press(digit));
  return numberMs + number.length * DIGIT_MS;
}

/** Asks AMI to do something with the channel of a phone. */
async function ask(
  call: LiveCall,
  plan: LivePlan,
  action: (channel: string) => Record<string, string>,
): Promise<boolean> {
  const channel = await plan.stage.channelOf(call);
  if (channel === undefined) return false;
  plan.stage.ask(action(channel));
  return true;
}

const place = (to: string) => ({ Context: 'ext', Exten: to, Priority: '1' });

function fetch({ fetchedBy }: Action, plan: LivePlan): void {
  const space = plan.stage.parkedOf(plan.tag);
  if (space === undefined) return;
  const from = castPhone(fetchedBy).extension ?? '';
  const call = plan.stage.call(fetchedBy, space, 'fetch', { plan, displayName: `${plan.tag}f`, from });
  plan.enter(call).reactWith({ onAnswered: () => plan.later(1500, () => call.hangUp()) });
}
