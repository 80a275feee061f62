import { randomBytes } from 'node:crypto';
import { type Html, html } from './html.ts';

/** The result of a form, shown once on the next page. */
export interface Flash {
  kind: 'done' | 'failed';
  text: string;
}

/** The most messages kept: not more people send forms at once. */
const MOST = 200;

/** Keeps the messages for visitors' next pages: the browser has only an id. */
export class Flashes {
  readonly #waiting = new Map<string, Flash>();

  /** @returns the value of the cookie */
  keep(flash: Flash): string {
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= MOST && oldest !== undefined) this.#waiting.delete(oldest);
    const id = randomBytes(12).toString('base64url');
    this.#waiting.set(id, flash);
    return id;
  }

  /** Gives a message, once. */
  take(id: string): Flash | undefined {
    const flash = this.#waiting.get(id);
    this.#waiting.delete(id);
    return flash;
  }
}

/** The sign has the same meaning as the colour. */
export function flashBox({ kind, text }: Flash): Html {
  return kind === 'done'
    ? html`<p class="flash done" role="status"><span aria-hidden="true">✓</span> ${text}</p>`
    : html`<p class="flash failed" role="alert"><span aria-hidden="true">✗</span> ${text}</p>`;
}
