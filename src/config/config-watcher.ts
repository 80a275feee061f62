import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** How often the file is looked at. By its state, not by the kernel's events: those miss renames and network disks. */
const LOOK_EVERY_MS = 500;

/**
 * A state is trusted to tell of each change once it has been there for so many looks: three seconds. Before that a second
 * change may leave it as it is, for there are file systems that count time in steps of two seconds.
 */
const YOUNG_LOOKS = 6;

const PIECE_BYTES = 65_536;

/** What there is to know of a text; the text itself is not kept, for it may be large. */
interface Seen {
  digest: string;
  bytes: number;
  endsInLineEnd: boolean;
}

/**
 * A file that somebody may be writing at this moment. What may be half-written is not taken: a text that has changed is
 * told when it has stayed the same for one look, and who asks before is told whether to wait for that.
 */
export class ConfigWatcher {
  readonly #file: string;
  readonly #onSettled: () => void;
  /** The text as it was last told, or asked for. */
  #taken: Seen | undefined;
  #changed: Seen | undefined;
  #inForce: Seen | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What was last read, the state that the file had then, and for how many looks it has had it. */
  #last: { seen: Seen; state: string; looks: number } | undefined;

  /** @param onSettled the text is another one, and whole; a file that is gone for a while is waited for */
  constructor(file: string, onSettled: () => void) {
    this.#file = file;
    this.#onSettled = onSettled;
  }

  /** What stands there now is in force. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#taken = this.#read();
    this.markApplied();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The text that was taken last is in force. */
  markApplied(): void {
    this.#inForce = this.#taken;
  }

  /** Whether the text may be taken as it stands. `false`: it may be half-written, and is told once it has settled. */
  takeIfComplete(): boolean {
    const seen = this.#read();
    const mayBe = seen === undefined || !maybeCut(seen, this.#inForce);
    this.#taken = mayBe ? seen : undefined;
    return mayBe;
  }

  #look(): void {
    const seen = this.#read(true);
    if (seen === undefined || isSame(seen, this.#taken)) this.#changed = undefined;
    else if (!isSame(seen, this.#changed)) this.#changed = seen;
    else {
      this.#taken = seen;
      this.#changed = undefined;
      this.#onSettled();
    }
  }

  /**
   * Absent when it cannot be read.
   * @param isLook whether this is the next look, for which a state may do that was trusted by the looks before
   */
  #read(isLook = false): Seen | undefined {
    let file: number | undefined;
    try {
      // Opened before it is asked for its state: only then a network disk gives that of now.
      file = openSync(this.#file, 'r');
      const state = stateOf(file);
      const last = this.#last?.state === state ? this.#last : undefined;
      const looks = last === undefined ? 0 : last.looks + (isLook ? 1 : 0);
      const seen = isLook && last !== undefined && looks > YOUNG_LOOKS ? last.seen : seenIn(file);
      this.#last = { seen, state, looks };
      return seen;
    } catch {
      this.#last = undefined;
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}

/** Another one after each change, and for another file that was put in its place. */
function stateOf(file: number): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

/** Read in pieces: six times as a whole is too much of a large file for a service that has little memory otherwise. */
function seenIn(file: number): Seen {
  const digest = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let bytes = 0;
  let last: number | undefined;
  for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
    digest.update(piece.subarray(0, read));
    bytes += read;
    last = piece[read - 1];
  }
  return { digest: digest.digest('hex'), bytes, endsInLineEnd: last === 0x0a };
}

const isSame = (a: Seen, b: Seen | undefined) => a.digest === b?.digest;

/** Cut anywhere, a text can be valid all the same, with rules missing or with half a URL. */
function maybeCut(seen: Seen, before: Seen | undefined): boolean {
  return before !== undefined && (seen.bytes < before.bytes || (before.endsInLineEnd && !seen.endsInLineEnd));
}
