import type { Delivery, DeliveryKey } from '../delivery/delivery.ts';
import type { AttemptReport } from '../delivery/dispatch/attempt-recorder.ts';
import { Dispatcher } from '../delivery/dispatch/dispatcher.ts';
import type { Limits } from '../delivery/dispatch/target-load.ts';
import type { OutboxChange } from '../delivery/outbox-change.ts';
import { capacityFor, type SourceLoad } from './claim-capacity.ts';
import type { Claim, Claims, Result, Wanted } from './claims.ts';
import { DatabaseClock } from './database-clock.ts';
import { ResultWriter } from './result-writer.ts';
import type { SourceRules } from './source-rules.ts';

/** How often the queue is looked at without a hint that something is due. */
const LOOK_MS = 500;
/** When nothing was found, hints that come within this time lead to one look. */
const HINTS_MS = 10;
/** After this time the queue is tried again, when it could not be reached. */
const RETRY_MS = 1000;

export interface ClaimSenderOptions {
  claims: Claims;
  /** The rules of the sources as they are published now; those that cannot be used here are left out. */
  rules(): ReadonlyMap<string, SourceRules>;
  onAttempt(source: string, report: AttemptReport): void;
  /** The queue cannot be used; with `undefined` it can be again. */
  onTrouble(error: Error | undefined): void;
  failPoint?: (name: 'before send' | 'after answer') => void;
}

/** What one source's deliveries are sent by. */
interface Lane {
  dispatcher: Dispatcher;
  claims: Map<string, Claim>;
  rules: SourceRules;
  /** Rules that send nothing, as far as something of theirs was claimed. */
  suspended: Set<string>;
}

/**
 * Sends what is in the queue: claims what is due, for the length of a lease, and records what came of it. It may be
 * killed at any time: what it has is claimed by another when its lease has ended.
 */
export class ClaimSender {
  readonly #options: ClaimSenderOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #results: ResultWriter;
  readonly #clock: DatabaseClock;
  #stopped = false;
  #wake: (() => void) | undefined;
  /** Something may be due, and was not looked at since. */
  #isHinted = false;
  #running: Promise<void> | undefined;
  #trouble: Error | undefined;
  /** Until when the claims are this worker's for certain, by the monotonic clock. */
  #leasedUntil = 0;
  /** How long a lease is, by the rules that were known last. */
  #leaseMs = 0;
  #renewAt = 0;

  constructor(options: ClaimSenderOptions) {
    this.#options = options;
    this.#clock = new DatabaseClock();
    this.#results = new ResultWriter({
      claims: options.claims,
      onWritten: (sources) => this.#written(sources),
      onTrouble: (error) => this.#report(error),
    });
  }

  get running(): number {
    return [...this.#lanes.values()].reduce((sum, { dispatcher }) => sum + dispatcher.queue.running, 0);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something may be due. */
  hint(): void {
    this.#isHinted = true;
    this.#wake?.();
  }

  /**
   * Begins nothing more; attempts that run may end. What was not begun is released. @returns whether all did, in time
   */
  async stop(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
    const lanes = [...this.#lanes.values()];
    const leftMs = Math.max(0, deadline - performance.now());
    const ended = await Promise.all(lanes.map(({ dispatcher }) => dispatcher.drain(leftMs)));
    await this.#results.stop(deadline);
    const left = lanes.flatMap(({ claims }) => [...claims.values()]);
    await this.#options.claims.release(left).catch(() => undefined);
    return ended.every(Boolean);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#isHinted = false;
      try {
        const found = await this.#claimMore();
        this.#report(undefined);
        if (found) continue;
        if (this.#isHinted) await new Promise((resolve) => setTimeout(resolve, HINTS_MS));
        else await this.#pause(LOOK_MS);
      } catch (error) {
        this.#report(error instanceof Error ? error : new Error(String(error)));
        await this.#pause(RETRY_MS);
      }
    }
  }

  /** @returns whether there is more to do at once */
  async #claimMore(): Promise<boolean> {
    const known = this.#options.rules();
    if (known.size > 0) this.#leaseMs = Math.max(...[...known.values()].map(({ leaseMs }) => leaseMs));
    this.#takeNewRules(known);
    // What is being sent goes on, even if no rules can be used here any more.
    await this.#renewLeases();
    this.#releaseLeftAlone();
    if (known.size === 0) return false;
    const sources = [...known.keys()];
    const capacity = capacityFor(this.#loads(), sources, limitsOf(known.values()));
    if (capacity.most === 0) return false;
    const claims = await this.#claim({ ...capacity, sources, leaseMs: this.#leaseMs });
    this.#take(claims, known);
    const some = Map.groupBy(claims, ({ pending }) => pending.target);
    return claims.length === capacity.most || [...some.values()].some(({ length }) => length >= capacity.perTarget);
  }

  async #claim(wanted: Wanted): Promise<Claim[]> {
    const isFirst = [...this.#lanes.values()].every((lane) => lane.claims.size === 0);
    const leasedUntil = performance.now() + wanted.leaseMs;
    const { claims, now } = await this.#options.claims.claim(wanted);
    this.#leasedUntil = isFirst ? leasedUntil : Math.min(this.#leasedUntil, leasedUntil);
    if (claims.length > 0) this.#clock.learn(now);
    return claims;
  }

  #take(claims: readonly Claim[], known: ReadonlyMap<string, SourceRules>): void {
    for (const one of claims) {
      const lane = this.#laneOf(one.source, known);
      if (lane === undefined) continue;
      if (one.isSuspended) lane.suspended.add(one.delivery.ruleId);
      else lane.suspended.delete(one.delivery.ruleId);
      lane.claims.set(one.delivery.id, one);
      lane.dispatcher.add(one.pending);
    }
  }

  /** What waits here for a target that is left alone is for others, and takes no room. */
  #releaseLeftAlone(): void {
    const left: Claim[] = [];
    for (const { dispatcher, claims } of this.#lanes.values())
      for (const id of dispatcher.takeBack()) {
        const claim = claims.get(id);
        if (claim !== undefined) left.push(claim);
        claims.delete(id);
      }
    // Otherwise another worker has them when the lease ends.
    void this.#options.claims.release(left).catch(() => undefined);
  }

  #loads(): SourceLoad[] {
    return [...this.#lanes].flatMap(([source, { dispatcher }]) =>
      [...dispatcher.loads()].map((load) => ({ ...load, source })),
    );
  }

  /** Rules that were published since the last look apply from now on. */
  #takeNewRules(known: ReadonlyMap<string, SourceRules>): void {
    for (const [source, lane] of this.#lanes) {
      const rules = known.get(source);
      if (rules !== undefined && rules !== lane.rules) {
        lane.rules = rules;
        lane.dispatcher.rulesChanged();
      }
    }
  }

  /** What is still being sent stays this worker's; what another one has claimed meanwhile is dropped here. */
  async #renewLeases(): Promise<void> {
    const leaseMs = this.#leaseMs;
    const now = performance.now();
    const mine = [...this.#lanes.values()].flatMap((lane) => [...lane.claims.values()]);
    if (mine.length === 0 || (now < this.#renewAt && now < this.#leasedUntil)) return;
    this.#renewAt = now + leaseMs / 4;
    const kept = await this.#options.claims.renew(mine, leaseMs);
    this.#leasedUntil = now + leaseMs;
    for (const lane of this.#lanes.values()) {
      for (const [id, { source }] of lane.claims) if (!kept.has(`${source}/${id}`)) lane.claims.delete(id);
      this.#reconcile(lane);
    }
  }

  #laneOf(source: string, known: ReadonlyMap<string, SourceRules>): Lane | undefined {
    const lane = this.#lanes.get(source);
    if (lane !== undefined) return lane;
    const rules = known.get(source);
    if (rules === undefined) return undefined;
    const { onAttempt, failPoint } = this.#options;
    const made: Lane = {
      claims: new Map(),
      rules,
      suspended: new Set(),
      dispatcher: new Dispatcher({
        outbox: { read: async (key) => this.#read(made, key), write: (change) => this.#result(source, made, change) },
        send: (request) => made.rules.sender.send(request),
        policyFor: (ruleId, event) => made.rules.policies.policyFor(ruleId, event),
        rules: () => made.rules.current,
        limits: () => made.rules.limits,
        clock: this.#clock,
        onAttempt: (report) => onAttempt(source, report),
        isSuspended: (ruleId) => made.suspended.has(ruleId),
        onSuspended: (ruleId) => {
          made.suspended.add(ruleId);
        },
        onUnreadable: (error) => this.#report(error instanceof Error ? error : new Error(String(error))),
        ...(failPoint && { failPoint }),
      }),
    };
    this.#lanes.set(source, made);
    return made;
  }

  /** What another may have by now is not begun. */
  #read(lane: Lane, { id }: DeliveryKey): Delivery | undefined {
    const claim = lane.claims.get(id);
    if (claim === undefined || performance.now() > this.#leasedUntil) return undefined;
    return claim.delivery;
  }

  /** What has a result is claimed no more: it must not go into the dispatcher again. */
  #result(source: string, { claims }: Lane, change: OutboxChange): void {
    const { attempts = [], deadLetters = [], suspend } = change;
    const results: Result[] = suspend === undefined ? [] : [{ source, change, claim: 0 }];
    for (const { id } of [...attempts, ...deadLetters]) {
      results.push({ source, change, claim: claims.get(id)?.number ?? 0 });
      claims.delete(id);
    }
    this.#results.add(results);
  }

  #written(sources: ReadonlySet<string>): void {
    for (const source of sources) {
      const lane = this.#lanes.get(source);
      if (lane !== undefined) this.#reconcile(lane);
    }
    this.hint();
  }

  /** What is not this worker's any more, or waits for its next try, leaves its dispatcher. */
  #reconcile({ dispatcher, claims }: Lane): void {
    dispatcher.reconcile([...claims.values()].map(({ pending }) => pending));
  }

  #report(error: Error | undefined): void {
    if (error === undefined && this.#trouble === undefined) return;
    this.#trouble = error;
    this.#options.onTrouble(error);
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

/** The highest of all sources. */
function limitsOf(rules: Iterable<SourceRules>): Limits {
  const all = [...rules].map(({ limits }) => limits);
  return {
    total: Math.max(...all.map(({ total }) => total)),
    perTarget: Math.max(...all.map(({ perTarget }) => perTarget)),
  };
}
