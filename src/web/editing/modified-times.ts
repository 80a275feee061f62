import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Written } from '../../config/edit/config-editor.ts';

/** The most rules whose times are kept. */
const MOST = 100_000;

/**
 * When rules were last changed. config.yaml does not say it: a rule that is new to the page counts as old as the file,
 * and from then on each change is noticed, made on the page or in an editor.
 */
export class ModifiedTimes {
  readonly #file: string;
  readonly #seen = new Map<string, { digest: string; at: string }>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @returns ISO 8601 */
  of(id: string, rule: Written): string {
    const digest = digestOf(rule);
    const seen = this.#seen.get(id);
    if (seen?.digest === digest) return seen.at;
    const at = this.#timeOfFile();
    if (this.#seen.size >= MOST) this.#seen.clear();
    this.#seen.set(id, { digest, at });
    return at;
  }

  #timeOfFile(): string {
    try {
      return statSync(this.#file).mtime.toISOString();
    } catch {
      return new Date(0).toISOString();
    }
  }
}

/** The digest of a value. */
export const digestOf = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
