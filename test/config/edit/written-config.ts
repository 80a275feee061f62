import fc from 'fast-check';
import type { Written } from '../../../src/config/edit/config-change.ts';

/*
 * config.yaml files as people write them: blocks and flows, any quotes, any indentation, comments in all places, LF and
 * CR LF.
 */

/** One extension and its rules; absent: it has no list of its own. */
export interface ModelEntry {
  key: string;
  settings: Written;
  rules: Written[] | undefined;
}

export interface WrittenConfig {
  text: string;
  entries: ModelEntry[];
  /** The server whose own they are; absent: they are there for all. */
  server: string | undefined;
}

const TEXTS = [
  'Screen pop',
  "it's",
  'a: b',
  'x #y',
  '"q"',
  '0101',
  'null',
  'Größe €',
  '- dash',
  '{{brace',
  'a, b',
  ' lead',
  '*',
  'on',
];
const URLS = [
  'https://crm.example.com/hook',
  'http://a.example/?x=1&y={CallID}',
  "https://b.example/it's",
  'https://c.example/a,b',
];
const KEYS = ['101', '102', '0003*001', '_1XX', '_2X.', 'reception'];

const text = () => fc.constantFrom(...TEXTS);

export const ruleArbitrary = (id: fc.Arbitrary<string | undefined>): fc.Arbitrary<Written> =>
  fc
    .record({
      on: fc.constantFrom('dial-in', 'dial-out', 'hangup', 'answer-in'),
      id,
      method: fc.constantFrom('GET', 'POST', undefined),
      url: fc.constantFrom(...URLS),
      status: fc.constantFrom('enabled', 'disabled', undefined),
      notes: fc.option(text(), { nil: undefined }),
      when: fc.option(fc.constantFrom({ CallStatus: 'ANSWER' }, { CallerIDNum: ['_1X.', 'any'], from: 'outside' }), {
        nil: undefined,
      }),
      params: fc.option(fc.dictionary(fc.constantFrom('tenant', 'who', 'x-y'), text(), { minKeys: 1 }), {
        nil: undefined,
      }),
      body: fc.option(
        fc.constantFrom({ text: 'Hi {CallID}', n: 5, s: '5', yes: true }, ['a', { b: ['c', '7', 7] }], 'json'),
        { nil: undefined },
      ),
    })
    .map(({ method, body, ...rule }) => {
      const whole = { ...rule, method: body === undefined ? method : 'POST', body };
      return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Written;
    });

const entryArbitrary = (index: number, key: string): fc.Arbitrary<ModelEntry> =>
  fc
    .tuple(
      fc.record({
        did: fc.option(fc.constantFrom('+18005550101', '0101'), { nil: undefined }),
        notes: fc.option(text(), { nil: undefined }),
      }),
      fc.option(fc.array(ruleArbitrary(fc.constant(undefined)), { maxLength: 4 }), { nil: undefined }),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    )
    .map(([settings, rules, withId]) => ({
      key,
      settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Written,
      rules: rules?.map((rule, at) => (withId[at] === true ? { ...rule, id: `id-${index}-${at}` } : rule)),
    }));

export const configArbitrary: fc.Arbitrary<WrittenConfig> = fc
  .tuple(
    fc
      .shuffledSubarray(KEYS, { minLength: 1, maxLength: 4 })
      .chain((keys) => fc.tuple(...keys.map((key, at) => entryArbitrary(at, key)))),
    fc.constantFrom(undefined, undefined, 'east', 'west'),
    fc.noShrink(fc.array(fc.nat(), { minLength: 400, maxLength: 400 })),
  )
  .map(([entries, server, choices]) => ({ text: new Writer(choices).config(entries, server), entries, server }));

/** Writes the same values in ever other ways, as its choices say. */
class Writer {
  readonly #choices: readonly number[];
  #at = 0;
  readonly #newline: string;
  readonly #step: number;
  readonly #listStep: number;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
    this.#newline = this.#one('\n', '\n', '\r\n');
    this.#step = this.#one(2, 4, 3);
    this.#listStep = this.#one(this.#step, 0, 2);
  }

  config(entries: readonly ModelEntry[], server: string | undefined): string {
    const body = [
      ...(this.#chance(3) ? ['# A file of ours', ''] : []),
      ...(server === undefined
        ? [
            `asterisk: { username: a, secret: bcdefgh }${this.#comment()}`,
            ...this.#lead(0),
            ...this.#extensions(entries, 0),
          ]
        : this.#servers(entries, server)),
      ...this.#lead(0),
      ...(this.#chance(2) ? ['log: { level: warn } # the end'] : []),
    ];
    return body.join(this.#newline) + (this.#chance(4) ? '' : this.#newline);
  }

  /** A list of servers, of which one has the entries, beside one that is there for all. */
  #servers(entries: readonly ModelEntry[], server: string): string[] {
    const forAll = [`extensions: { "900": { did: "9" } }${this.#comment()}`];
    const isFirst = this.#chance(2);
    const dash = ' '.repeat(this.#listStep);
    const list = ['east', 'west'].flatMap((name) => {
      const keys = [`name: ${name}`, `host: ${name}.example`, 'username: a', 'secret: bcdefgh'];
      if (name !== server) return [...this.#lead(this.#listStep), `${dash}- { ${keys.join(', ')} }${this.#comment()}`];
      const [first = '', ...rest] = keys.map((key) => `${dash}  ${key}${this.#comment()}`);
      return [
        ...this.#lead(this.#listStep),
        `${dash}- ${first.trimStart()}`,
        ...rest,
        ...this.#lead(this.#listStep + 2),
        ...this.#extensions(entries, this.#listStep + 2),
      ];
    });
    const asterisk = [`asterisk:${this.#comment()}`, ...list];
    return isFirst ? [...forAll, ...this.#lead(0), ...asterisk] : [...asterisk, ...this.#lead(0), ...forAll];
  }

  #extensions(entries: readonly ModelEntry[], indent: number): string[] {
    const name = this.#one('extensions', 'extensions', '"extensions"');
    return [
      `${' '.repeat(indent)}${name}:${this.#comment()}`,
      ...entries.flatMap((entry) => this.#entry(entry, indent + this.#step)),
    ];
  }

  #entry({ key, settings, rules }: ModelEntry, indent: number): string[] {
    const whole: Written = { ...settings, ...(rules && { events: rules }) };
    const name = this.#key(key);
    const above = this.#lead(indent);
    const pad = ' '.repeat(indent);
    if (Object.keys(whole).length === 0)
      return [...above, `${pad}${name}:${this.#one(' {}', '', ' ~')}${this.#comment()}`];
    if (this.#chance(5)) return [...above, `${pad}${name}: ${this.#flow(whole, indent)}${this.#comment()}`];
    return [...above, `${pad}${name}:${this.#comment()}`, ...this.#map(whole, indent + this.#step)];
  }

  #map(map: Written, indent: number): string[] {
    return Object.entries(map).flatMap(([key, value]) => [...this.#lead(indent), ...this.#pair(key, value, indent)]);
  }

  #pair(key: string, value: unknown, indent: number): string[] {
    const pad = ' '.repeat(indent);
    const name = this.#key(key);
    if (typeof value !== 'object' || value === null)
      return [`${pad}${name}: ${this.#scalar(value, false)}${this.#comment()}`];
    if (Object.keys(value).length === 0 || (key !== 'events' && this.#chance(2)) || this.#chance(6))
      return [`${pad}${name}: ${this.#flow(value, indent)}${this.#comment()}`];
    const below = Array.isArray(value)
      ? this.#list(value, indent + this.#listStep)
      : this.#map(value as Written, indent + this.#step);
    return [`${pad}${name}:${this.#comment()}`, ...below];
  }

  #list(list: readonly unknown[], indent: number): string[] {
    const pad = ' '.repeat(indent);
    return list.flatMap((item) => {
      const above = this.#lead(indent);
      if (typeof item !== 'object' || item === null)
        return [...above, `${pad}- ${this.#scalar(item, false)}${this.#comment()}`];
      if (Array.isArray(item) || Object.keys(item).length === 0 || this.#chance(4))
        return [...above, `${pad}- ${this.#flow(item, indent)}${this.#comment()}`];
      const dash = this.#one('- ', '- ', '-   ');
      const [first = '', ...rest] = this.#map(item as Written, indent + dash.length).filter(
        (line, at) => at > 0 || !/^\s*(#|$)/.test(line),
      );
      const start = first.trimStart();
      // A comment cannot stand between the dash and the first key here.
      if (start.startsWith('#') || start === '') return [...above, `${pad}-`, first, ...rest];
      return [...above, `${pad}${dash}${start}`, ...rest];
    });
  }

  #flow(value: unknown, indent: number): string {
    if (typeof value !== 'object' || value === null) return this.#scalar(value, true);
    const parts = Array.isArray(value)
      ? value.map((item) => this.#flow(item, indent + 2))
      : Object.entries(value).map(([key, one]) => `${this.#key(key)}: ${this.#flow(one, indent + 2)}`);
    const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
    if (parts.length === 0) return open + close;
    if (!this.#chance(4))
      return this.#chance(2) ? `${open}${parts.join(', ')}${close}` : `${open} ${parts.join(', ')} ${close}`;
    const pad = this.#newline + ' '.repeat(indent + 4);
    const trailing = this.#chance(3) ? ',' : '';
    const inside = parts.map(
      (part, at) =>
        `${pad}${part}${at < parts.length - 1 ? ',' : trailing}${at < parts.length - 1 || trailing ? this.#comment() : ''}`,
    );
    return `${open}${inside.join('')}${this.#newline}${' '.repeat(indent + 2)}${close}`;
  }

  #scalar(value: unknown, inFlow: boolean): string {
    if (typeof value !== 'string') return String(value);
    const isPlain = inFlow ? /^[a-z][\w/.-]*$/i.test(value) : /^[a-z][\w/.:?=&{}'-]*$/i.test(value);
    if (isPlain && value !== 'null' && !this.#chance(4)) return value;
    return this.#chance(2) ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`;
  }

  #key(key: string): string {
    if (/^[a-z_][\w-]*$/i.test(key) && !this.#chance(6)) return key;
    return this.#chance(3) ? `'${key}'` : `"${key}"`;
  }

  #lead(indent: number): string[] {
    if (this.#chance(6)) return [''];
    return this.#chance(6) ? [`${' '.repeat(indent)}# said ${this.#next() % 100}`] : [];
  }

  #comment(): string {
    return this.#chance(5) ? `${this.#one(' ', '  ')}# note ${this.#next() % 100}` : '';
  }

  #next(): number {
    return this.#choices[this.#at++ % this.#choices.length] ?? 0;
  }

  #chance(inHowMany: number): boolean {
    return this.#next() % inHowMany === 0;
  }

  #one<Value>(...values: Value[]): Value {
    return values[this.#next() % values.length] as Value;
  }
}
