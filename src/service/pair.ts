import type { StoredCall } from '../calls/recovery/stored-call.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Logger } from '../log.ts';
import { type Beat, isStale, type PairView, type Passage, passageOf, STALE_MS } from '../shared-queue/pair-rules.ts';
import type { OwnBeat, PairTables } from '../shared-queue/pair-tables.ts';
import { PairPublisher } from './pair-publisher.ts';
import { firstChannelOf, isKnownOtherwise } from './published-calls.ts';
import type { Repeat } from './ticker.ts';

const BEAT_MS = 2000;
/** Changes of one call that come together are written once. */
const PUBLISH_MS = 250;
const TIDY_MS = 30_000;

/** An Asterisk server as this service hears it. */
export interface PairedServer {
  /** Since when it is heard without a gap, by the monotonic clock, and whether it says when it was started; absent: it is not. */
  listening(): { since: number; knowsStartup: boolean } | undefined;
  /** Uniqueids of living channels whose beginning was not seen. */
  strangers(): string[];
  /** @param isOrphaned the service that knew these calls is gone */
  adopt(calls: readonly StoredCall[], isOrphaned: boolean): void;
}

export interface PairOptions {
  tables(): Promise<PairTables>;
  sourceOf(server: string): string;
  /** For how long the oldest delivery has waited to be moved into the queue, in milliseconds. */
  waitingMs(): number;
  /** Others may have died, or come: what was left to them is looked at again. */
  onBeat(): void;
  log: Logger;
}

/** What is known of one Asterisk's services. */
interface Place {
  server: PairedServer;
  /** Of which connection the beats are, and since when it goes on by the database's clock. */
  connection: { since: number; connectedAt: number | undefined } | undefined;
  view: PairView | undefined;
  /** Beats of services whose calls were taken over. */
  readonly orphaned: Set<string>;
}

/**
 * Two services on one Asterisk. Each says that it hears Asterisk, and publishes its calls. A service that was started in
 * mid-call takes the call's legs from there, and what it has not seen from the beginning is sent by the other one, as long as
 * that lives. While the database is away each goes on as if it were alone.
 */
export class Pair {
  readonly #options: PairOptions;
  readonly #places = new Map<string, Place>();
  readonly #publisher: PairPublisher;
  #tables: PairTables | undefined;
  #beating: Promise<void> | undefined;
  /** By the monotonic clock; absent: never. */
  #lastBeatAt: number | undefined;
  #readingSince = 0;
  #isOff = false;

  constructor(options: PairOptions) {
    this.#options = options;
    this.#publisher = new PairPublisher(options);
  }

  join(server: string, paired: PairedServer): void {
    this.#places.set(server, { server: paired, connection: undefined, view: undefined, orphaned: new Set() });
  }

  leave(server: string): void {
    this.#places.delete(server);
  }

  start(repeat: Repeat): void {
    repeat(BEAT_MS, () => this.beat());
    repeat(PUBLISH_MS, () => this.#quietly(async (tables) => this.#publisher.publish(tables)));
    repeat(TIDY_MS, () => this.#quietly(async (tables) => tables.tidy()));
  }

  /** Calls of a server have changed. @param calls by the key under which they are stored */
  note(server: string, calls: readonly { callId: string; state: StoredCall | undefined }[]): void {
    if (!this.#isOff) this.#publisher.note(this.#options.sourceOf(server), calls);
  }

  /** Whether a delivery goes into the queue now. @param ageMs how long ago its call event was seen */
  async passage({ callEvent, legKey }: Delivery, ageMs: number): Promise<Passage> {
    const place = this.#places.get(callEvent?.leg.server ?? '');
    if (callEvent === undefined || place === undefined || this.#isOff) return 'now';
    const partial = callEvent.partial === true;
    // Who else there is has not been asked since it is connected.
    if (place.view === undefined || place.server.listening()?.since !== place.connection?.since)
      return partial ? 'later' : 'now';
    const sinceBeat = performance.now() - (this.#lastBeatAt ?? 0);
    const now = place.view.now + sinceBeat;
    const passes = passageOf(now - ageMs, partial, { ...place.view, now });
    if (passes === 'later' || !partial || place.view.others.length === 0) return passes;
    const tables = await this.#ready();
    const source = this.#options.sourceOf(callEvent.leg.server);
    // Whatever the other one knows: what has a Dial in the queue gets its Hangup there.
    if (await tables.hasLeg(source, legKey)) return 'now';
    if (passes === 'never') return 'never';
    const known = await tables.callsWith(source, [firstChannelOf(callEvent.leg)], false);
    return isKnownOtherwise(callEvent.leg, known as StoredCall[]) ? 'never' : 'now';
  }

  /** Says that this service lives, and takes over what others know; does nothing while that is under way. */
  async beat(): Promise<void> {
    this.#beating ??= this.#quietly(async (tables) => this.#beat(tables)).finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #beat(tables: PairTables): Promise<void> {
    const { sourceOf, waitingMs, onBeat } = this.#options;
    const own: OwnBeat[] = [];
    for (const [name, place] of this.#places) {
      const listening = place.server.listening();
      if (listening?.since !== place.connection?.since)
        place.connection = listening && { since: listening.since, connectedAt: undefined };
      if (listening === undefined) continue;
      own.push({
        source: sourceOf(name),
        connectedAt: place.connection?.connectedAt,
        connectedMs: performance.now() - listening.since,
        waitingMs: waitingMs(),
        knowsStartup: listening.knowsStartup,
      });
    }
    const sources = [...this.#places.keys()].map(sourceOf);
    const { now, beats } = await tables.beat(own, sources);
    const paused = this.#lastBeatAt === undefined || performance.now() - this.#lastBeatAt > STALE_MS;
    if (paused) this.#readingSince = now;
    this.#lastBeatAt = performance.now();
    for (const [name, place] of this.#places) {
      const ofSource = beats.filter(({ source }) => source === sourceOf(name));
      const isMine = ({ service }: Beat) => service === tables.service;
      const me = place.connection === undefined ? undefined : ofSource.find(isMine);
      if (place.connection !== undefined) place.connection.connectedAt = me?.connectedAt;
      const others = ofSource.filter((one) => !isMine(one));
      place.view = { now, me, others, readingSince: this.#readingSince };
      if (me !== undefined && others.length > 0) await this.#adopt(tables, sourceOf(name), place, place.view);
    }
    onBeat();
  }

  /** Takes over calls whose beginning was not seen here, and those of services that are gone. */
  async #adopt(tables: PairTables, source: string, place: Place, view: PairView): Promise<void> {
    const strangers = place.server.strangers();
    if (strangers.length > 0)
      place.server.adopt((await tables.callsWith(source, strangers, true)) as StoredCall[], false);
    const gone = view.others.filter((other) => isStale(other, view) && !place.orphaned.has(keyOf(other)));
    if (gone.length === 0) return;
    const services = gone.map(({ service }) => service);
    place.server.adopt((await tables.callsOf(source, services)) as StoredCall[], true);
    for (const other of gone) place.orphaned.add(keyOf(other));
    this.#options.log.warn(
      { services },
      `${source}: another service has not been heard for ${STALE_MS / 1000} s; its calls go on here`,
    );
  }

  async #quietly(action: (tables: PairTables) => Promise<void>): Promise<void> {
    if (this.#isOff) return;
    try {
      await action(await this.#ready());
    } catch (err) {
      const { log } = this.#options;
      if (typeof err === 'object' && err !== null && 'code' in err && err.code === '42501') {
        this.#isOff = true;
        log.warn(
          { err },
          'this user of the shared queue may not write call_events.services and call_events.open_calls: a second service on the same Asterisk does not know what this one knows (docs/scaling.md, "Who may what")',
        );
      } else log.debug({ err }, 'other services on the same Asterisk are not known now');
    }
  }

  async #ready(): Promise<PairTables> {
    this.#tables ??= await this.#options.tables();
    return this.#tables;
  }
}

const keyOf = ({ service, beatAt }: Beat) => `${service} ${beatAt}`;
