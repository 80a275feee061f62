import { randomBytes } from 'node:crypto';
import { type Html, html } from './html.ts';

/** What came of something, shown once on the page after it. */
export interface Flash {
  kind: 'done' | 'failed';
  text: string;
}

/** More people do not send forms at once. */
const MOST = 200;

/** Keeps what is to be shown on somebody's next page: the browser has only its number. */
export class Flashes {
  readonly #waiting = new Map<string, Flash>();

  /** @returns what the browser is to keep */
  keep(flash: Flash): string {
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= MOST && oldest !== undefined) this.#waiting.delete(oldest);
    const id = randomBytes(12).toString('base64url');
    this.#waiting.set(id, flash);
    return id;
  }

  /** It is not there a second time. */
  take(id: string): Flash | undefined {
    const flash = this.#waiting.get(id);
    this.#waiting.delete(id);
    return flash;
  }
}

/** The sign says what the colour says. */
export function flashBox({ kind, text }: Flash): Html {
  return kind === 'done'
    ? html`<p class="flash done" role="status"><span aria-hidden="true">✓</span> ${text}</p>`
    : html`<p class="flash failed" role="alert"><span aria-hidden="true">✗</span> ${text}</p>`;
}
