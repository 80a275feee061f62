import type { Tag } from '../plan/plan.ts';
import type { Leg } from './legs.ts';

/** Which call and leg a value belongs to. */
export interface About {
  tag?: Tag | undefined;
  leg?: Pick<Leg, 'id' | 'callId'>;
}

export interface Wrong {
  /** What is wrong; values of one kind are counted together. */
  kind: string;
  plan?: number;
  leg?: string;
  callId?: string;
  /** What came, and what the phones saw. */
  text: string;
}

/** Counts what was compared, what was wrong, and what the phones could not say. */
export class Tally {
  readonly wrong: Wrong[] = [];
  readonly #compared = new Map<string, number>();
  readonly #notJudged = new Map<string, number>();

  compare(kind: string, isRight: boolean, text: string, { tag, leg }: About): void {
    this.#compared.set(kind, (this.#compared.get(kind) ?? 0) + 1);
    if (isRight) return;
    this.wrong.push({
      kind,
      ...(tag && { plan: tag.plan }),
      ...(leg && { leg: leg.id, callId: leg.callId }),
      text,
    });
  }

  /** The same for a value that must equal another; both may be absent. */
  equal(kind: string, came: string | undefined, wanted: string | undefined, about: About): void {
    this.compare(kind, came === wanted, `came ${shown(came)}, the phones say ${shown(wanted)}`, about);
  }

  notJudged(what: string): void {
    this.#notJudged.set(what, (this.#notJudged.get(what) ?? 0) + 1);
  }

  get compared(): number {
    return sum(this.#compared);
  }

  get unjudged(): ReadonlyMap<string, number> {
    return this.#notJudged;
  }
}

const shown = (value: string | undefined) => (value === undefined ? 'nothing' : `"${value}"`);

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0);
