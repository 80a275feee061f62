import type { SkippedEvent } from '../../calls/skipped-event.ts';
import type { DeliveryRow } from '../../delivery/admin.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { AttemptReport } from '../../delivery/dispatch/attempt-recorder.ts';
import type { ServiceEventMap, ServiceEvents } from '../../service/service-events.ts';
import {
  eventEntry,
  learn,
  type Sent,
  type Story,
  type StoryEntry,
  type StoryLimits,
  sizeOf,
  skippedEntry,
  storedResult,
} from './story.ts';

/** A day of calls; an entry has some hundred bytes. */
const DEFAULT_LIMITS: StoryLimits = { keepMs: 86_400_000, calls: 2000, bytes: 20_000_000 };

/** A call with more entries goes round in a circle. */
const MOST_ENTRIES = 500;
/** The size of a story without entries. */
const STORY_BYTES = 400;

/** The stories that were forgotten. */
export interface Forgotten {
  calls: number;
  /** The time of the last event of any of them, milliseconds since 1970. */
  until: number;
}

interface Kept {
  story: Story;
  bytes: number;
  sent: Map<string, Sent>;
}

/**
 * The story of each call, in memory, as long as there is room: the story without events for the longest time is
 * forgotten first. This answers "why did nothing come?" without a recording.
 */
export class Stories {
  readonly #limits: StoryLimits;
  readonly #now: () => number;
  /** The stories by server and CallID; the story with the latest event comes last. */
  readonly #kept = new Map<string, Kept>();
  /** Those of which anything was heard. */
  readonly #servers = new Set<string>();
  readonly startedAt: number;
  #bytes = 0;
  #forgotten: Forgotten | undefined;

  /** @param now milliseconds since 1970 */
  constructor(limits: StoryLimits = DEFAULT_LIMITS, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
    this.startedAt = now();
  }

  /** Subscribes to the events of calls. @returns a function that ends the subscription */
  follow(events: ServiceEvents): () => void {
    const subscriptions = [
      events.on('rulesMatched', (matched) => this.matched(matched)),
      events.on('skipped', ({ server, skipped }) => this.skipped(server, skipped)),
      events.on('attempt', (report) => this.attempted(report)),
      events.on('deadLetter', (delivery) => this.deadLetter(delivery)),
    ];
    return () => {
      for (const end of subscriptions) end();
    };
  }

  matched({ server, event, matched, deliveries, extensions }: ServiceEventMap['rulesMatched']): void {
    const entry = eventEntry(server, event, matched, deliveries, extensions, this.#now());
    const { story } = this.#add(entry);
    learn(story, event);
  }

  skipped(server: string, skipped: SkippedEvent): void {
    // Without its CallID nobody can look it up.
    if (skipped.callId !== undefined) this.#add(skippedEntry(server, skipped, this.#now()));
  }

  attempted({ delivery, ...report }: AttemptReport): void {
    const { attempt, outcome, status, reason, durationMs, nextAttemptAt } = report;
    const at = this.#now();
    this.#setResult(delivery, { outcome, at, attempt, status, reason, durationMs, nextAttemptAt });
  }

  deadLetter(delivery: Delivery): void {
    const none = { attempt: 0, status: undefined, durationMs: 0, nextAttemptAt: undefined };
    this.#setResult(delivery, { outcome: 'dead', at: this.#now(), reason: delivery.dead, ...none });
  }

  /** Adds the result of a delivery that another process sends. @param row from the shared queue */
  stored(row: DeliveryRow): void {
    const sent = this.#sentFor(row);
    if (sent !== undefined) sent.result = storedResult(row, sent.result);
  }

  /**
   * The stories with a CallID: servers may have equal CallIDs. The story with the latest event comes first.
   * @param server the server; absent: any server
   */
  find(callId: string, server?: string): Story[] {
    this.#forgetOld();
    return this.#of(callId)
      .map(({ story }) => story)
      .filter((story) => server === undefined || story.server === server)
      .sort((a, b) => b.lastAt - a.lastAt);
  }

  /** The stories, the one with the latest event first. */
  *latest(): Generator<Story> {
    this.#forgetOld();
    for (const { story } of [...this.#kept.values()].reverse()) yield story;
  }

  /** The number of stories, and about how many bytes they take. */
  get size(): { calls: number; bytes: number } {
    return { calls: this.#kept.size, bytes: this.#bytes };
  }

  /** Absent: no story since {@link startedAt} was forgotten. */
  get forgotten(): Forgotten | undefined {
    return this.#forgotten;
  }

  #add(entry: StoryEntry): Kept {
    const key = keyOf(entry);
    const kept = this.#kept.get(key) ?? this.#begin(entry);
    const { story } = kept;
    story.lastAt = this.#now();
    // It has the latest event now.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (story.entries.length >= MOST_ENTRIES) story.leftOut++;
    else {
      insert(story.entries, entry);
      for (const sent of entry.sent) kept.sent.set(sent.deliveryId, sent);
      this.#grow(kept, sizeOf(entry));
    }
    this.#forgetOld();
    return kept;
  }

  #begin({ server, callId }: StoryEntry): Kept {
    const at = this.#now();
    this.#servers.add(server);
    const story = {
      server,
      callId,
      startedAt: at,
      lastAt: at,
      call: undefined,
      answered: false,
      open: 0,
      entries: [],
      leftOut: 0,
    };
    const kept: Kept = { story, bytes: 0, sent: new Map() };
    this.#grow(kept, STORY_BYTES);
    return kept;
  }

  #grow(kept: Kept, bytes: number): void {
    kept.bytes += bytes;
    this.#bytes += bytes;
  }

  #of(callId: string): Kept[] {
    return [...this.#servers].flatMap((server) => this.#kept.get(keyOf({ server, callId })) ?? []);
  }

  /** An id that is unique among all servers. */
  #sentFor({ callId, id }: Pick<Delivery, 'callId' | 'id'>): Sent | undefined {
    return this.#of(callId)
      .map(({ sent }) => sent.get(id))
      .find((sent) => sent !== undefined);
  }

  #setResult(delivery: Pick<Delivery, 'callId' | 'id'>, result: NonNullable<Sent['result']>): void {
    const sent = this.#sentFor(delivery);
    if (sent !== undefined) sent.result = result;
  }

  #forgetOld(): void {
    const { keepMs, calls, bytes } = this.#limits;
    const oldest = this.#now() - keepMs;
    for (const [key, { story, bytes: its }] of this.#kept) {
      if (this.#kept.size <= calls && this.#bytes <= bytes && story.lastAt >= oldest) break;
      this.#kept.delete(key);
      this.#bytes -= its;
      this.#forgotten = { calls: (this.#forgotten?.calls ?? 0) + 1, until: story.lastAt };
    }
  }
}

const keyOf = ({ server, callId }: Pick<Story, 'server' | 'callId'>) => `${server}\n${callId}`;

/** In the order of time; most come in it. */
function insert(entries: StoryEntry[], entry: StoryEntry): void {
  let index = entries.length;
  while (index > 0 && (entries[index - 1]?.at ?? 0) > entry.at) index--;
  entries.splice(index, 0, entry);
}
