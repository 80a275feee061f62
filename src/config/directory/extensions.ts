import type { Config, ExtensionEntry, Rule } from '../config.ts';
import { comparePatterns, isPattern, parsePattern } from '../dialplan-pattern.ts';
import { compileRewrites, type NumberRewrite, rewriteNumber } from '../number-rewrite.ts';
import type { Directory, Extension } from './directory.ts';
import { endpointOf } from './endpoint.ts';
import { Lines } from './lines.ts';

/** Where an extension's channels are when `channels` is left out: `PJSIP/101`. */
const DEFAULT_TECHNOLOGIES = ['PJSIP', 'SIP', 'IAX2', 'SCCP'];
const DEFAULT_CHANNELS = DEFAULT_TECHNOLOGIES.map((technology) => `${technology}/{extension}`);

/** Answers found by patterns are kept, up to this many: the same phones call again. */
const MOST_REMEMBERED = 50_000;

/** The extensions and their rules: config.yaml's `extensions` and `ignore`, with the patterns applied. */
export class Extensions implements Directory {
  readonly prefersFromDid: boolean;
  readonly #exact = new Map<string, ExtensionEntry>();
  /** In Asterisk's own order: the first that matches is the best. */
  readonly #patterns: ExtensionEntry[];
  /**
   * The channels that are written in config.yaml. Default channels are found by their names, unless another extension
   * claims them.
   */
  readonly #byChannel = new Map<string, string>();
  readonly #withoutDefaults = new Set<string>();
  readonly #templates: { before: string; after: string; entry: ExtensionEntry }[] = [];
  readonly #ignored: ((number: string) => boolean)[];
  readonly #queues = new Map<string, string>();
  readonly #lines: Lines;
  readonly #rewrites: readonly NumberRewrite[];
  readonly #names = new Map<string, Extension | undefined>();
  readonly #channels = new Map<string, Extension | undefined>();

  /** @param server the server whose extensions are meant; absent: the only server */
  constructor(config: Pick<Config, 'extensions' | 'ignore' | 'servers' | 'numbers'>, server = '') {
    const { ignore, servers, numbers } = config;
    const extensions = entriesOf(config.extensions, server);
    this.prefersFromDid = servers.find((one) => one.server === server)?.variables.includes('FROM_DID') === true;
    this.#lines = new Lines(extensions);
    this.#rewrites = compileRewrites(numbers);
    this.#patterns = extensions
      .filter(({ pattern }) => pattern !== undefined)
      .sort((a, b) => (a.pattern && b.pattern ? comparePatterns(a.pattern, b.pattern) : 0));
    // In the order of the file: of two patterns that claim a channel the first wins.
    for (const entry of extensions) {
      if (entry.pattern !== undefined) continue;
      const { key: name } = entry;
      this.#exact.set(name, entry);
      if (entry.queue !== undefined) this.#queues.set(entry.queue.toLowerCase(), name);
      if (isGroup(entry)) {
        this.#withoutDefaults.add(name);
        continue;
      }
      const channels = entry.channels ?? this.#bestPattern(name)?.channels;
      if (channels === undefined) continue;
      this.#withoutDefaults.add(name);
      for (const channel of channels) this.#claim(channel.replaceAll('{extension}', name), name, entry);
    }
    for (const entry of this.#patterns) {
      for (const channel of entry.channels ?? DEFAULT_CHANNELS) {
        const [before = '', after] = channel.split('{extension}');
        if (after !== undefined) this.#templates.push({ before, after, entry });
      }
    }
    this.#ignored = ignore.map((number) =>
      isPattern(number) ? parsePattern(number).matches : (dialled) => dialled === number,
    );
  }

  ofChannel(channel: string): Extension | undefined {
    const whole = this.#holderOf(channel);
    if (whole !== undefined) return this.ofNumber(whole);
    const endpoint = endpointOf(channel);
    const name = this.#holderOf(endpoint);
    if (name !== undefined) return this.ofNumber(name);
    if (this.#templates.length === 0) return undefined;
    return remembered(this.#channels, endpoint, () => this.#byTemplate(endpoint));
  }

  ofNumber(number: string): Extension | undefined {
    return remembered(this.#names, number, () => {
      const entry = this.#exact.get(number);
      const pattern = this.#bestPattern(number);
      if (entry === undefined && pattern === undefined) return undefined;
      // `channels: []`: a gateway or the like, which a pattern matches by its name.
      const channels = entry !== undefined && isGroup(entry) ? undefined : (entry?.channels ?? pattern?.channels);
      if (channels?.length === 0) return undefined;
      const did = entry?.did ?? pattern?.did;
      return { name: number, ...(did !== undefined && { did }) };
    });
  }

  ofDialled(number: string, caller: string): Extension | undefined {
    // Nobody dials a line by its name, even if that is a number.
    const called = this.kindOf(number) === 'line' ? undefined : this.ofNumber(number);
    if (called !== undefined) return called;
    const [, technology = '', tenant] = /^([^/]+\/)(?:(.*[^A-Za-z0-9])[A-Za-z0-9]+)?/.exec(endpointOf(caller)) ?? [];
    // Only a number with a sign in it may name an endpoint: plain 102 does not, even if a phone is named so.
    if (/[^A-Za-z0-9]/.test(number)) return this.ofChannel(technology + number);
    return tenant === undefined ? undefined : this.ofChannel(technology + tenant + number);
  }

  ofQueue(queue: string): Extension | undefined {
    const name = this.#queues.get(queue.toLowerCase());
    return name === undefined ? undefined : this.ofNumber(name);
  }

  get hasQueues(): boolean {
    return this.#queues.size > 0;
  }

  get hasLines(): boolean {
    return this.#lines.size > 0;
  }

  ofLine(number: string): Extension | undefined {
    const name = this.#lines.find(rewriteNumber(number, this.#rewrites));
    return name === undefined ? undefined : { name };
  }

  isIgnored(number: string): boolean {
    return this.#ignored.some((matches) => matches(number));
  }

  /** The rules of an extension, disabled ones too, in the order of config.yaml; none when it has no `events`. */
  rulesOf(extension: string): readonly Rule[] {
    return (
      this.#exact.get(extension)?.rules ?? this.#bestPattern(extension, ({ rules }) => rules !== undefined)?.rules ?? []
    );
  }

  /** What an extension is: phones, a queue or a line. */
  kindOf(extension: string): 'phones' | 'queue' | 'line' {
    const entry = this.#exact.get(extension);
    if (entry?.queue !== undefined) return 'queue';
    return entry?.line === undefined ? 'phones' : 'line';
  }

  /** The key in config.yaml that makes it an extension, and the key that its rules stand under; for `--explain`. */
  sourceOf(extension: string): { entry: string; rules: string | undefined } {
    const exact = this.#exact.get(extension);
    const withRules =
      exact?.rules === undefined ? this.#bestPattern(extension, ({ rules }) => rules !== undefined) : exact;
    return { entry: (exact ?? this.#bestPattern(extension))?.key ?? extension, rules: withRules?.key };
  }

  /** A configured channel goes before a default channel: `SIP/201` may be configured for another extension than 201. */
  #claim(channel: string, name: string, entry: ExtensionEntry): void {
    if (entry.channels !== undefined || this.#holderOf(channel) === undefined) this.#byChannel.set(channel, name);
  }

  /** The exact extension that this channel or endpoint belongs to. */
  #holderOf(channel: string): string | undefined {
    const claimed = this.#byChannel.get(channel);
    if (claimed !== undefined) return claimed;
    const slash = channel.indexOf('/');
    if (!DEFAULT_TECHNOLOGIES.includes(channel.slice(0, slash))) return undefined;
    // A copy: a part of the channel's name would keep the whole name in memory.
    const name = this.#exact.get(channel.slice(slash + 1))?.key;
    return name === undefined || this.#withoutDefaults.has(name) ? undefined : name;
  }

  #bestPattern(number: string, has: (entry: ExtensionEntry) => boolean = () => true): ExtensionEntry | undefined {
    return this.#patterns.find((entry) => entry.pattern?.matches(number) && has(entry));
  }

  /** Reverses the patterns' templates: the number that gives this endpoint, when the pattern matches the number. */
  #byTemplate(endpoint: string): Extension | undefined {
    for (const { before, after, entry } of this.#templates) {
      if (!endpoint.startsWith(before) || !endpoint.endsWith(after)) continue;
      const number = endpoint.slice(before.length, endpoint.length - after.length);
      // An exact entry with channels of its own is not found by the channels of a pattern.
      if (number === '' || this.#exact.has(number)) continue;
      if (
        entry.pattern?.matches(number) &&
        this.#bestPattern(number, ({ channels }) => channels === entry.channels) === entry
      )
        return this.ofNumber(number);
    }
    return undefined;
  }
}

/** Whether an entry is a queue or a line, which has no channels. */
function isGroup({ queue, line }: ExtensionEntry): boolean {
  return queue !== undefined || line !== undefined;
}

function remembered<Key, Value>(memory: Map<Key, Value>, key: Key, find: () => Value): Value {
  if (memory.has(key)) return memory.get(key) as Value;
  const value = find();
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  memory.set(key, value);
  return value;
}

/** The entries for all servers, and this server's own, which replace entries of the same key. */
function entriesOf(extensions: readonly ExtensionEntry[], server: string): readonly ExtensionEntry[] {
  if (server === '') return extensions.filter((entry) => entry.server === undefined);
  const own = new Set(extensions.flatMap((entry) => (entry.server === server ? [entry.key] : [])));
  return extensions.filter((entry) => entry.server === server || (entry.server === undefined && !own.has(entry.key)));
}
