import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { MOST_BYTES, openConfigFile } from './config-text.ts';

/** How often the file is looked at. By its state, not by the kernel's events: those miss renames and network disks. */
const LOOK_EVERY_MS = 500;

/**
 * A state is trusted to show each change once it has been there for this many looks: three seconds. Before that a
 * second change may leave it as it is, for there are file systems that count time in steps of two seconds.
 */
const YOUNG_LOOKS = 6;

const PIECE_BYTES = 65_536;

/** The text by its digest; the text itself is not kept, for it may be large. */
interface TextState {
  digest: string;
  bytes: number;
  endsInLineEnd: boolean;
}

/**
 * Watches a file that somebody may be writing at this moment. A half-written text is not taken: a changed text is
 * reported once it has stayed the same for one look, and `takeIfComplete` says whether to wait for that.
 */
export class ConfigWatcher {
  readonly #file: string;
  readonly #onChanged: () => void;
  /** The text as it was last reported, or asked for. */
  #taken: TextState | undefined;
  #changed: TextState | undefined;
  #applied: TextState | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The text at the last look, the file's state then, and for how many looks the file has had this state. */
  #last: { text: TextState; state: string; looks: number } | undefined;

  /** @param onChanged called when the text has changed and is complete; a missing file is waited for */
  constructor(file: string, onChanged: () => void) {
    this.#file = file;
    this.#onChanged = onChanged;
  }

  /** The text that was taken last is the active one; it may have changed since. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.markApplied();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The text that was taken last is active. */
  markApplied(): void {
    this.#applied = this.#taken;
  }

  /** Takes the text without a check: it was written in one step. */
  take(): void {
    this.#taken = this.#read();
  }

  /**
   * Takes the text unless it may be half-written.
   * @returns `false`: it may be, and is reported once it has stopped changing
   */
  takeIfComplete(): boolean {
    const text = this.#read();
    const isComplete = text === undefined || !maybeCut(text, this.#applied);
    this.#taken = isComplete ? text : undefined;
    return isComplete;
  }

  /** Whether this is the text that was taken. */
  hasTaken(source: string): boolean {
    return [source, `\ufeff${source}`].some(
      (text) => createHash('sha256').update(text).digest('hex') === this.#taken?.digest,
    );
  }

  /**
   * Whether a text that was read from the file may be applied: it is the text that was taken, or it has changed since
   * and is not cut. `false`: it may be half-written, and is reported once it has stopped changing.
   */
  mayApply(source: string): boolean {
    if (this.hasTaken(source)) return true;
    const text = { digest: '', bytes: Buffer.byteLength(source), endsInLineEnd: source.endsWith('\n') };
    return !maybeCut(text, this.#applied);
  }

  #look(): void {
    const text = this.#read(true);
    if (text === undefined || isSame(text, this.#taken)) this.#changed = undefined;
    else if (!isSame(text, this.#changed)) this.#changed = text;
    else {
      this.#taken = text;
      this.#changed = undefined;
      this.#onChanged();
    }
  }

  /**
   * Absent when it cannot be read.
   * @param isLook whether this is a regular look, which need not read the text again if the file's state is trusted
   */
  #read(isLook = false): TextState | undefined {
    let file: number | undefined;
    try {
      // Opened before its state is read: only then a network disk gives the current state.
      file = openConfigFile(this.#file);
      const state = stateOf(file);
      const last = this.#last?.state === state ? this.#last : undefined;
      const looks = last === undefined ? 0 : last.looks + (isLook ? 1 : 0);
      const text = isLook && last !== undefined && looks > YOUNG_LOOKS ? last.text : readTextState(file, state);
      this.#last = { text, state, looks };
      return text;
    } catch {
      this.#last = undefined;
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}

/** Differs after each change, and when another file was put in its place. */
function stateOf(file: number): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

/**
 * Reads a file in pieces: a changed file is read up to six times, and a large one as a whole would take memory that the
 * service does not need otherwise.
 */
function readTextState(file: number, state: string): TextState {
  const { size } = fstatSync(file);
  // Such a file will be refused; reading it would only delay the calls.
  if (size > MOST_BYTES) return { digest: state, bytes: size, endsInLineEnd: true };
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

const isSame = (a: TextState, b: TextState | undefined) => a.digest === b?.digest;

/** Cut anywhere, a text can be valid all the same, with rules missing or with half a URL. */
function maybeCut(text: TextState, before: TextState | undefined): boolean {
  return before !== undefined && (text.bytes < before.bytes || (before.endsInLineEnd && !text.endsInLineEnd));
}
