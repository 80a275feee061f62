import type { ExtensionEntry } from '../config.ts';
import { comparePatterns, type DialplanPattern, isPattern, parsePattern } from '../dialplan-pattern.ts';

/** The extension that the calls to a number belong to: by the exact number, else by the best matching pattern. */
export class Lines {
  readonly #numbers = new Map<string, string>();
  readonly #patterns: { pattern: DialplanPattern; name: string }[] = [];

  constructor(extensions: readonly ExtensionEntry[]) {
    for (const { key: name, line } of extensions)
      for (const number of line ?? []) {
        if (isPattern(number)) this.#patterns.push({ pattern: parsePattern(number), name });
        else this.#numbers.set(number, name);
      }
    this.#patterns.sort((a, b) => comparePatterns(a.pattern, b.pattern));
  }

  get size(): number {
    return this.#numbers.size + this.#patterns.length;
  }

  /** @param number as it is sent in CalledDID */
  find(number: string): string | undefined {
    return this.#numbers.get(number) ?? this.#patterns.find(({ pattern }) => pattern.matches(number))?.name;
  }
}
