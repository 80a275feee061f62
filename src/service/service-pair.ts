import { setImmediate as afterInput } from 'node:timers/promises';
import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Logger } from '../log.ts';
import { isStale, type PairView, passageOf, STALE_MS } from '../shared-queue/pair-rules.ts';
import type { OwnBeat, PairTables, PublishedCall } from '../shared-queue/pair-tables.ts';
import type { QueuedRow } from '../shared-queue/queue-writer.ts';
import type { Relay } from '../shared-queue/relay.ts';
import { isDenied } from '../shared-queue/sqlstate.ts';
import { type Undecided, undecidedDelivery } from '../shared-queue/undecided-legs.ts';
import { nameOf, publishedCall, withoutEnded } from './published-calls.ts';
import type { SharedQueueLink } from './shared-queue-link.ts';
import type { Repeat } from './ticker.ts';

const BEAT_MS = 1000;
const TIDY_MS = 30_000;
/** Decided on in one transaction. */
const AT_ONCE = 250;
const NONE: ReadonlySet<string> = new Set();

/** An Asterisk server as this service hears it. */
export interface PairedServer {
  /** Whether it says when it was started; absent: it is not heard now. */
  listening(): { knowsStartup: boolean } | undefined;
  /** Uniqueids of living channels whose beginning was not seen. */
  begunUnseen(): string[];
  /** The names of the open legs whose beginning was not seen. */
  partialLegs(): string[];
  /** @param isOrphaned the service that knew these calls is gone @returns the names of legs that gave way to theirs */
  adopt(calls: readonly StoredCall[], isOrphaned: boolean): string[];
  /** Marks `own` as this service's; nothing more is sent of `dropped`. */
  decided(legs: { own: ReadonlySet<string>; dropped: ReadonlySet<string> }): void;
}

export interface PairOptions {
  link: SharedQueueLink;
  relay: Relay;
  /** This one's name, the same after a restart. */
  service(): string;
  /** For how long something has waited for the disk, in milliseconds. */
  unwrittenMs(): number;
  /** Calls back once all that has changed is on disk. */
  whenWritten(action: () => void): void;
  log: Logger;
}

/** What is known of one Asterisk's services. */
interface Place {
  server: PairedServer;
  /** Absent: the others were not asked for yet. */
  view: PairView | undefined;
  /** Services whose calls were taken over, until they are heard again. */
  readonly takenOver: Set<string>;
}

/**
 * Two services on one Asterisk. Each says every second that it hears Asterisk, and publishes its calls. A service that
 * was started in mid-call takes the call's legs from there. What it has not seen from the beginning waits, and once a
 * second it is decided what becomes of that. While the database is away each goes on as if it were alone.
 */
export class Pair {
  readonly #options: PairOptions;
  readonly #places = new Map<string, Place>();
  #beating: Promise<void> | undefined;
  /** When the others were read last, by the monotonic clock; absent: never. */
  #readAt: number | undefined;
  #readingSince = 0;
  /** For how long they have been read without a pause. */
  #readForMs = 0;
  /** This user may not write what a pair needs. */
  #isOff = false;
  #hasBegun = false;

  constructor(options: PairOptions) {
    this.#options = options;
  }

  /** @returns ends it, unless a server of this name has joined since: it may be put back before the old one has left */
  join(server: string, paired: PairedServer): () => void {
    const place: Place = { server: paired, view: undefined, takenOver: new Set() };
    this.#places.set(server, place);
    return () => {
      if (this.#places.get(server) === place) this.#places.delete(server);
    };
  }

  start(repeat: Repeat): void {
    repeat(BEAT_MS, () => this.beat());
    repeat(TIDY_MS, () => this.#tidy());
  }

  /** Calls of a server as they are to be published. @param calls by the key under which they are stored */
  published(server: string, calls: readonly { callId: string; state: StoredCall | undefined }[]): PublishedCall[] {
    const { link, service } = this.#options;
    const prefix = server === '' ? 0 : server.length + 1;
    return calls.map(({ callId, state }) =>
      publishedCall(link.sourceOf(server), service(), callId.slice(prefix), state),
    );
  }

  /** Whether another service may know better what becomes of a delivery. */
  isUndecided({ callEvent }: Delivery): boolean {
    const place = this.#places.get(callEvent?.leg.server ?? '');
    if (callEvent === undefined || place === undefined || this.#isOff) return false;
    const { view } = place;
    if (view === undefined) return callEvent.partial === true;
    if (view.others.length === 0) return false;
    return callEvent.partial === true || (!view.knowsStartup && view.others.some((other) => other.knowsStartup));
  }

  /** Says that this service lives, and decides on what depends on others; does nothing while that is under way. */
  async beat(): Promise<void> {
    this.#beating ??= this.#quietly(async (tables) => this.#beat(tables)).finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #beat(tables: PairTables): Promise<void> {
    // What lies in the sockets counts as heard.
    for (let round = 0; round < 2; round++) await afterInput();
    const { link, relay, unwrittenMs } = this.#options;
    if (!this.#hasBegun) await this.#begin(tables);
    const own: OwnBeat[] = [];
    for (const [name, { server }] of this.#places) {
      const { knowsStartup } = server.listening() ?? {};
      if (knowsStartup === undefined) continue;
      own.push({ source: link.sourceOf(name), waitingMs: Math.max(unwrittenMs(), relay.queue.oldestMs), knowsStartup });
    }
    const { now, others } = await tables.beat(
      own,
      [...this.#places.keys()].map((name) => link.sourceOf(name)),
    );
    const isAfterPause = this.#readAt === undefined || performance.now() - this.#readAt > STALE_MS;
    if (isAfterPause) this.#readingSince = now;
    this.#readForMs = now - this.#readingSince;
    this.#readAt = performance.now();
    for (const [name, place] of this.#places) {
      const source = link.sourceOf(name);
      const knowsStartup = place.server.listening()?.knowsStartup ?? place.view?.knowsStartup ?? true;
      const ofSource = others.filter((other) => other.source === source);
      place.view = { now, knowsStartup, others: ofSource, readingSince: this.#readingSince };
      if (ofSource.length === 0) place.server.decided({ own: new Set(place.server.partialLegs()), dropped: NONE });
      else if (place.server.listening() !== undefined) await this.#adopt(tables, source, place, place.view);
    }
    await this.#decide();
  }

  /** What an earlier run has published, and this one has not restored, has ended. */
  async #begin(tables: PairTables): Promise<void> {
    const { link, relay, service } = this.#options;
    const left: PublishedCall[] = [];
    for (const name of this.#places.keys()) {
      const source = link.sourceOf(name);
      for (const callId of await tables.ownCalls(source))
        left.push(publishedCall(source, service(), callId, undefined));
    }
    relay.publishFromNowOn(left);
    this.#hasBegun = true;
  }

  /** Takes over calls whose beginning was not seen here, and those of services that are gone. */
  async #adopt(tables: PairTables, source: string, place: Place, view: PairView): Promise<void> {
    const { relay, log } = this.#options;
    const { server, takenOver } = place;
    const gone = view.others.filter((other) => isStale(other, view)).map(({ service }) => service);
    for (const service of takenOver) if (!gone.includes(service)) takenOver.delete(service);
    const fresh = gone.filter((service) => !takenOver.has(service));
    const begunUnseen = server.begunUnseen();
    if (fresh.length === 0 && begunUnseen.length === 0) return;
    await relay.decide(async (undecided) => {
      const known = begunUnseen.length === 0 ? [] : callsIn(await tables.callsWith(source, begunUnseen));
      const orphaned = fresh.length === 0 ? [] : await tables.callsOf(source, fresh);
      const gaveWay = await this.#adoptCalls(tables, source, server, { known, orphans: callsIn(orphaned) });
      this.#publishTakenOver(source, orphaned);
      return undecided.filter(({ pending }) => gaveWay.has(pending.legKey));
    });
    for (const service of fresh) takenOver.add(service);
    if (fresh.length > 0)
      log.warn(
        { services: fresh },
        `${source}: another service has not been heard for ${STALE_MS / 1000} s; its calls go on here`,
      );
  }

  /**
   * Takes over calls: `known` by a service that lives, or `orphans` of one that is gone.
   * @returns the names of the legs that gave way to theirs
   */
  async #adoptCalls(
    tables: PairTables,
    source: string,
    server: PairedServer,
    { known, orphans }: { known: readonly StoredCall[]; orphans: readonly StoredCall[] },
  ): Promise<Set<string>> {
    const theirs = new Set(
      [...known, ...orphans].flatMap(({ legs, server: named }) => legs.map((leg) => nameOf(leg, named))),
    );
    const mine = server.partialLegs();
    const ranks = await tables.ranksOf(source, [...new Set([...theirs, ...mine])]);
    // What is in the queue is sent to its end.
    const own = mine.filter((name) => ranks.has(name) && !theirs.has(name));
    server.decided({ own: new Set(own), dropped: NONE });
    const left = orphans.map((call) => withoutEnded(call, ranks));
    return new Set([...server.adopt(known, false), ...server.adopt(left, true)]);
  }

  /** Once this service has published the calls they are its own. */
  #publishTakenOver(source: string, orphaned: readonly { service: string; state: unknown }[]): void {
    const { relay, whenWritten } = this.#options;
    const taken = orphaned.map(({ service, state }) => ({
      ...publishedCall(source, service, (state as StoredCall).callId, undefined),
      isTakenOver: true,
    }));
    whenWritten(() => relay.note(taken));
  }

  /** Decides on the deliveries that wait for it. */
  async #decide(): Promise<void> {
    const { relay } = this.#options;
    for (const [name, { server, view }] of this.#places) {
      if (view === undefined) continue;
      await relay.decide(async (all) => {
        const undecided = all.filter(({ callEvent }) => callEvent?.leg.server === name);
        const left: Undecided[] = [];
        const waiting = new Set<string>();
        for (let from = 0; from < undecided.length; from += AT_ONCE) {
          const some = undecided.slice(from, from + AT_ONCE);
          const { gone, ...legs } = await this.#decideOn(name, some, view, waiting);
          server.decided(legs);
          left.push(...gone);
        }
        return left;
      });
    }
  }

  /** @param waiting legs of which something waits: what comes later waits, too */
  async #decideOn(
    name: string,
    undecided: readonly Undecided[],
    view: PairView,
    waiting: Set<string>,
  ): Promise<{ gone: Undecided[]; own: Set<string>; dropped: Set<string> }> {
    const { link, relay, service } = this.#options;
    const source = link.sourceOf(name);
    const now = view.now + performance.now() - (this.#readAt ?? 0);
    const about = new Map(undecided.map((one) => [one, undecidedDelivery(one, now)]));
    return link.insertDecided({ source, service: service(), undecided: [...about.values()] }, async (evidence) => {
      const decided = { gone: [] as Undecided[], own: new Set<string>(), dropped: new Set<string>() };
      const rows: QueuedRow[] = [];
      for (const [one, delivery] of about) {
        const { legKey } = delivery;
        const passage = waiting.has(legKey) ? 'later' : passageOf(delivery, evidence, { ...view, now });
        if (passage === 'later') {
          waiting.add(legKey);
          continue;
        }
        decided.gone.push(one);
        if (passage === 'never') decided.dropped.add(legKey);
        if (passage !== 'now') continue;
        decided.own.add(legKey);
        const row = await relay.read(one);
        if (row !== undefined) rows.push(row);
      }
      return { rows, decided };
    });
  }

  /** This user lacks the rights: from now on the service works as if it were alone. */
  turnOff(err: unknown): void {
    this.#isOff = true;
    this.#options.relay.goOnAlone();
    this.#options.log.warn(
      { err },
      'this user of the shared queue may not write call_events.services and call_events.open_calls: a second service on the same Asterisk does not know what this one knows (docs/scaling.md, "Who may what")',
    );
  }

  async #tidy(): Promise<void> {
    const now = performance.now();
    // A service that lives has said so since the database is back.
    if (this.#readAt === undefined || now - this.#readAt > STALE_MS || this.#readForMs < 2 * TIDY_MS) return;
    await this.#quietly(async (tables) => tables.tidy());
  }

  async #quietly(action: (tables: PairTables) => Promise<void>): Promise<void> {
    if (this.#isOff) return;
    const { link, service, log } = this.#options;
    try {
      await action(await link.pairTables(service()));
    } catch (err) {
      if (isDenied(err)) this.turnOff(err);
      else log.debug({ err }, 'other services on the same Asterisk are not known now');
    }
  }
}

const callsIn = (published: readonly { state: unknown }[]) => published.map(({ state }) => state as StoredCall);
