import { readFileSync } from 'node:fs';

/** How often the file is looked at. By its state, not by the kernel's events: those miss renames and network disks. */
const LOOK_EVERY_MS = 500;

/**
 * A file that somebody may be writing at this moment. What may be half-written is not taken: a text that has changed is
 * told when it has stayed the same for one look, and who asks before is told whether to wait for that.
 */
export class WatchedText {
  readonly #file: string;
  readonly #onSettled: () => void;
  /** The text as it was last told, or asked for. */
  #taken: string | undefined;
  #changed: string | undefined;
  #inForce = '';
  #timer: NodeJS.Timeout | undefined;

  /** @param onSettled the text is another one, and whole; a file that is gone for a while is waited for */
  constructor(file: string, onSettled: () => void) {
    this.#file = file;
    this.#onSettled = onSettled;
  }

  /** What stands there now is in force. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#taken = this.#read();
    this.inForce();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The text that was taken last is in force. */
  inForce(): void {
    this.#inForce = this.#taken ?? '';
  }

  /** Whether the text may be taken as it stands. `false`: it may be half-written, and is told once it has settled. */
  mayBeTaken(): boolean {
    const text = this.#read();
    const mayBe = text === undefined || !maybeCut(text, this.#inForce);
    this.#taken = mayBe ? text : undefined;
    return mayBe;
  }

  #look(): void {
    const text = this.#read();
    if (text === undefined || text === this.#taken) this.#changed = undefined;
    else if (text !== this.#changed) this.#changed = text;
    else {
      this.#taken = text;
      this.#changed = undefined;
      this.#onSettled();
    }
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch {
      return undefined;
    }
  }
}

/** Cut anywhere, a text can be valid all the same, with rules missing or with half a URL. */
function maybeCut(text: string, before: string): boolean {
  return text.length < before.length || (before.endsWith('\n') && !text.endsWith('\n'));
}
