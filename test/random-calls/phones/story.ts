import { appendFileSync, writeFileSync } from 'node:fs';
import type { Action, CallPlan, Meeting } from '../plan/plan.ts';

/** What a phone calls for. */
export type Purpose = 'main' | 'consultation' | 'pickup' | 'replaces' | 'fetch';

/** What the phones saw and did; the whole evidence of the oracle. Milliseconds since 1970, with their fractions. */
export type Seen = { at: number } & (
  | { saw: 'plan'; plan: CallPlan }
  /** Something in the middle of a call was done; `skipped` where there was nothing to do it to. */
  | { saw: 'acts'; plan: number; call: string; action: Action; skipped: boolean }
  | {
      saw: 'calls';
      call: string;
      phone: string;
      plan: number;
      purpose: Purpose;
      number: string;
      name: string;
      from: string;
      /** The call that an INVITE with Replaces takes. */
      takes?: string;
    }
  | { saw: 'is called'; call: string; phone: string; name: string; from: string; referredBy: string }
  | { saw: 'meets'; call: string; plan?: number; meeting: Meeting }
  | { saw: 'rings' | 'hears ringing' | 'is acknowledged' | 'answers' | 'cancels' | 'is cancelled'; call: string }
  /** `shown`: P-Asserted-Identity of the answer. */
  | { saw: 'is answered'; call: string; shown: string }
  | { saw: 'refuses' | 'is refused'; call: string; status: number }
  | { saw: 'hangs up' | 'is hung up'; call: string }
  | { saw: 'presses'; call: string; digit: string }
  /** `completes`: the consultation that an attended transfer hands over. */
  | { saw: 'refers'; call: string; to: string; completes?: string }
  | { saw: 'is notified'; call: string; text: string }
  /** A phone that was still in a call when its plan was long over. */
  | { saw: 'is cleared'; call: string }
  | { saw: 'the service is killed' }
  | { saw: 'the service is back' }
);

export type SeenWithoutTime = Seen extends infer One ? (One extends { at: number } ? Omit<One, 'at'> : never) : never;

/** Milliseconds since 1970, finer than `Date.now()`: phones race by less than one. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Writes down what happens, one line of JSON each. */
export class Story {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    writeFileSync(path, '');
  }

  add(seen: SeenWithoutTime): void {
    appendFileSync(this.#path, `${JSON.stringify({ at: now(), ...seen })}\n`);
  }
}
