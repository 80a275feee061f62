import { type DecodedText, decodings } from './decoded-text.ts';

/** A shorter secret occurs in too many texts by chance. */
const LEAST_LENGTH = 4;

/** Long enough to distinguish the `whsec_` of one rule from that of the next. */
const LONG_BEGINNING = 12;

/** A power of two. */
const HASHES = 4096;

/** Redacts known secrets in all their encodings: plain, in JSON, in a URL, in a form. */
export class KnownSecrets {
  readonly #secrets: readonly string[];
  /** The secrets by their beginnings, so that the time for a text does not grow with their number. */
  readonly #byBeginning = new Map<string, string[]>();
  /** 1 at the hash of each secret's first two characters: for most offsets of a text the map need not be asked. */
  readonly #isBeginning = new Uint8Array(HASHES);
  #indexed = 0;

  /** @param secrets the list may grow later */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** The text with `***` in the place of each secret, otherwise unchanged. */
  redact(text: string): string {
    this.#index();
    if (this.#byBeginning.size === 0) return text;
    const spans: [start: number, end: number][] = [];
    for (const decoded of decodings(text)) this.#find(decoded, spans);
    return spans.length === 0 ? text : redactSpans(text, spans);
  }

  #index(): void {
    for (; this.#indexed < this.#secrets.length; this.#indexed++) {
      const secret = this.#secrets[this.#indexed] ?? '';
      if (secret.length < LEAST_LENGTH) continue;
      // In a form a blank is a "+".
      for (const form of new Set([secret, secret.replaceAll(' ', '+')])) {
        const beginning = form.slice(0, form.length < LONG_BEGINNING ? LEAST_LENGTH : LONG_BEGINNING);
        this.#isBeginning[hashAt(form, 0)] = 1;
        const others = this.#byBeginning.get(beginning);
        if (others === undefined) this.#byBeginning.set(beginning, [form]);
        else others.push(form);
      }
    }
  }

  #find({ text, startOf, endOf }: DecodedText, spans: [start: number, end: number][]): void {
    const last = text.length - LEAST_LENGTH;
    for (let at = 0; at <= last; at++) {
      if (this.#isBeginning[hashAt(text, at)] === 0) continue;
      for (const length of [LONG_BEGINNING, LEAST_LENGTH])
        for (const secret of this.#byBeginning.get(text.slice(at, at + length)) ?? [])
          if (text.startsWith(secret, at)) spans.push([startOf(at), endOf(at + secret.length)]);
    }
  }
}

const hashAt = (text: string, at: number) => ((text.charCodeAt(at) << 5) ^ text.charCodeAt(at + 1)) & (HASHES - 1);

/** Replaces each span by `***`; spans that overlap or touch become one. */
function redactSpans(text: string, spans: [start: number, end: number][]): string {
  spans.sort(([a], [b]) => a - b);
  let redacted = '';
  let at = 0;
  for (const [start, end] of spans) {
    if (start > at || at === 0) redacted += `${text.slice(at, start)}***`;
    at = Math.max(at, end);
  }
  return redacted + text.slice(at);
}
