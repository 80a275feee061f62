import type { CallEvent } from '../../src/calls/call-event.ts';

/**
 * The invariant of legs: every Dial is followed by exactly one Hangup with the same values, no Hangup comes without its
 * Dial, and an Answer at most once in between.
 */
export class LegInvariant {
  readonly #legs = new Map<string, { first: CallEvent; answered: boolean; ended: boolean }>();
  readonly broken: string[] = [];

  take(event: CallEvent): void {
    const { callId, extension, flow, number } = event.leg;
    const key = `${callId} ${extension} ${flow} ${number}`;
    const fail = (what: string) => this.broken.push(`${event.event} of ${key}: ${what}`);
    const leg = this.#legs.get(key);
    const dial = flow === 'IN' ? 'dial-in' : 'dial-out';
    if (event.params.CallID !== callId || event.params.CallFlow !== flow) fail('its parameters name another leg');
    if (event.event === dial) {
      if (leg !== undefined) fail('a second Dial');
      if (number > 1 && this.#legs.get(`${callId} ${extension} ${flow} ${number - 1}`)?.ended !== true)
        fail('the leg before it is open');
      if (event.params.CallStatus !== 'CALLING') fail(`its status is ${event.params.CallStatus}`);
      this.#legs.set(key, { first: event, answered: false, ended: false });
      return;
    }
    if (leg === undefined) {
      fail('without its Dial');
      return;
    }
    if (leg.ended) fail('after its Hangup');
    for (const name of ['CallerIDNum', 'CallerIDNam', 'CallerExtension', 'CalledNumber'] as const)
      if (event.params[name] !== leg.first.params[name]) fail(`${name} has changed`);
    if (flow === 'IN' && event.params.CalledExtension !== extension) fail('CalledExtension has changed');
    if (event.event === 'hangup') {
      leg.ended = true;
      if (leg.answered && event.params.CallStatus !== 'ANSWER') fail('not answered, after an Answer');
    } else if (event.event === (flow === 'IN' ? 'answer-in' : 'answer-out')) {
      if (leg.answered) fail('a second Answer');
      leg.answered = true;
    } else fail('an event of the other flow');
  }

  /** Legs that have a Dial and no Hangup. */
  get open(): string[] {
    return [...this.#legs].filter(([, { ended }]) => !ended).map(([key]) => key);
  }
}
