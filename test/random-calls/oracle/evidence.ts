import type { Seen } from '../phones/story.ts';
import { type Action, type CallPlan, keyOf, type Tag, TRANSFERS } from '../plan/plan.ts';
import { type PhoneCall, phoneCalls } from './phone-call.ts';

/** The caller of a call: the phone that made it, or the one that a click to call rang first. */
export interface Caller {
  extension: string | undefined;
  number: string;
  name: string;
  /** What it dialled. */
  dialled: string;
}

/** When the service was down, as a run with `KILL=1` makes it. */
export interface Gap {
  from: number;
  to: number;
}

/** A click to call. */
type Originated = Extract<CallPlan['begins'], { how: 'originate' }>;

/** After its start the service needs so long to ask which channels there are. */
const RESYNC_MS = 1500;
/** It may not have seen what came just before it was killed. */
const BEFORE_MS = 100;

/** All that the phones saw in one run, so that it can be looked at by call. */
export class Evidence {
  readonly plans = new Map<number, CallPlan>();
  readonly calls: readonly PhoneCall[];
  readonly gaps: readonly Gap[];
  readonly #byId: Map<string, PhoneCall>;
  readonly #actions = new Map<number, Action[]>();
  /** The calls that phones made, by the tag that they show. */
  readonly #made = new Map<string, PhoneCall>();
  /** The calls by which phones fetch parked ones, by the same. */
  readonly #fetching = new Map<string, PhoneCall>();

  constructor(story: readonly Seen[]) {
    for (const seen of story) {
      if (seen.saw === 'plan') this.plans.set(seen.plan.index, seen.plan);
      if (seen.saw === 'acts' && !seen.skipped)
        this.#actions.set(seen.plan, [...this.actionsOf(seen.plan), seen.action]);
    }
    this.calls = phoneCalls(story);
    this.gaps = gapsIn(story);
    this.#byId = new Map(this.calls.map((call) => [call.id, call]));
    for (const call of this.calls) {
      if (call.purpose === 'main' || call.purpose === 'consultation') this.enter(call);
      if (call.tag && call.purpose === 'fetch') this.#fetching.set(keyOf(call.tag), call);
    }
    for (const call of this.calls) if (this.#showsAnother(call)) call.showsCaller = false;
  }

  call(id: string): PhoneCall | undefined {
    return this.#byId.get(id);
  }

  /** Takes a call as one that a phone made by itself, under its tag. */
  enter(call: PhoneCall): void {
    if (call.tag) this.#made.set(keyOf(call.tag), call);
  }

  /** Calls that phones made for their own sake: no pickups, no parked calls fetched. */
  get made(): PhoneCall[] {
    return [...this.#made.values()];
  }

  madeBy(tag: Tag): PhoneCall | undefined {
    return this.#made.get(keyOf(tag));
  }

  plan(tag: Tag | undefined): CallPlan | undefined {
    return tag && this.plans.get(tag.plan);
  }

  /** The click to call of a plan; consultations in it are none. */
  originated(tag: Tag | undefined): Originated | undefined {
    const begins = tag?.mark === '' ? this.plan(tag)?.begins : undefined;
    return begins?.how === 'originate' ? begins : undefined;
  }

  /** Whose call has this tag. */
  caller(tag: Tag): Caller | undefined {
    const made = this.madeBy(tag) ?? this.#fetching.get(keyOf(tag));
    if (made !== undefined)
      return { extension: made.extension, number: made.number, name: made.name, dialled: made.dialled ?? '' };
    const originated = this.originated(tag);
    if (originated === undefined) return undefined;
    const { extension, number, name } = originated;
    return { extension, number: extension, name, dialled: number };
  }

  actionsOf(plan: number | undefined): readonly Action[] {
    return (plan !== undefined && this.#actions.get(plan)) || [];
  }

  /** Whether anybody was transferred, parked or redirected in a plan; from then on phones do not show everything. */
  wasTransferred(tag: Tag | undefined): boolean {
    return tag === undefined || this.actionsOf(tag.plan).some(({ what }) => TRANSFERS.includes(what));
  }

  /** Whether a transfer by feature code or AMI was tried in which the transferrer stays in the call for a while. */
  wasConsultedByPbx(tag: Tag | undefined): boolean {
    return this.actionsOf(tag?.plan).some(({ what }) => what === 'code-consult' || what === 'ami-consult');
  }

  /** Whether the service was down at that time, and so could not see what happened. */
  wasDownAt(at: number | undefined): boolean {
    return at !== undefined && this.touchesGap(at, at);
  }

  /** Whether the service was down at some time between. */
  touchesGap(from: number, to: number): boolean {
    return this.gaps.some((gap) => from < gap.to && to >= gap.from);
  }

  /** A party that was called shows the caller's name beside its own number, and is not the caller. */
  #showsAnother({ direction, tag, number, showsCaller }: PhoneCall): boolean {
    if (direction !== 'in' || tag === undefined || !showsCaller) return false;
    const caller = this.caller(tag);
    return caller !== undefined && caller.number !== number;
  }
}

function gapsIn(story: readonly Seen[]): Gap[] {
  const gaps: Gap[] = [];
  for (const { saw, at } of story) {
    if (saw === 'the service is killed') gaps.push({ from: at - BEFORE_MS, to: Number.POSITIVE_INFINITY });
    const last = gaps.at(-1);
    if (saw === 'the service is back' && last) last.to = at + RESYNC_MS;
  }
  return gaps;
}
