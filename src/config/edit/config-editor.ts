import { Worker } from 'node:worker_threads';
import { builtPath } from '../../package-root.ts';
import { fromPieces, type ReadConfig } from '../background/config-pieces.ts';
import { ConfigError } from '../config-problem.ts';
import type { LoadOptions } from '../load-options.ts';
import type { Change, EntryPlace } from './config-change.ts';
import { ChangedMeanwhile, whyReadOnly } from './config-file.ts';
import { EditRefused } from './edit-refused.ts';
import type { EditAnswer, EditorInput, EditRequest, WrittenEntry } from './edit-requests.ts';

export type { Change, EntryPlace, Written, WrittenChange } from './config-change.ts';
export { ChangedMeanwhile } from './config-file.ts';
export { EditRefused } from './edit-refused.ts';
export type { WrittenEntry } from './edit-requests.ts';
export type { Hunk } from './line-diff.ts';

/** Entries as they are written, and the revision of the text that they were read from. */
export interface ReadEntries {
  revision: string;
  /** The entries that were found. */
  entries: readonly WrittenEntry[];
}

export type ChangePreview = Omit<Extract<EditAnswer, { kind: 'preview' }>, 'kind'>;

export interface SavedChange extends ChangePreview {
  /** The configuration that was written, already checked; absent: nothing was written. */
  written: ReadConfig | undefined;
}

const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./edit-worker.ts', import.meta.url)
  : builtPath('config-edit-worker.js');

/**
 * The real YAML parser takes 10 s for ten thousand extensions on a slow machine, and a change reads them several times.
 */
const TIMEOUT_MS = 60_000;
const MOST_HEAP_MB = 1024;
/** The thread stays while somebody works on the page; then its 30 MB are released. */
const IDLE_MS = 30_000;

/**
 * Reads and changes config.yaml in a thread of its own (edit-worker.ts), so that no call waits for it. One request
 * after the other: of two people who save at once, the second is shown the change of the first.
 */
export class ConfigEditor {
  readonly #input: EditorInput;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #waiting: { resolve(body: EditAnswer): void; reject(error: unknown): void } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param file config.yaml, as the user named it
   * @param options as the service reads it
   */
  constructor(file: string, options: LoadOptions) {
    this.#input = { file, options };
  }

  /** Why config.yaml cannot be changed here, and how to allow it; absent: it can. */
  get whyReadOnly(): string | undefined {
    return whyReadOnly(this.#input.file);
  }

  /** @throws ConfigError when the file cannot be read, EditRefused when it is no YAML */
  async read(places: readonly EntryPlace[]): Promise<ReadEntries> {
    const body = await this.#inTurn(async () => this.#ask({ kind: 'read', places }));
    if (body.kind !== 'read') throw new Error(`the editor's thread answers ${body.kind}`);
    return { revision: body.revision, entries: body.entries };
  }

  /**
   * Shows what changes would do; nothing is written.
   * @param revision of the text that the changes are meant for; left out: the current text
   * @throws EditRefused, ChangedMeanwhile, ConfigError
   */
  async preview(changes: readonly Change[], revision?: string): Promise<ChangePreview> {
    return this.#inTurn(async () => this.#preview(changes, revision, false));
  }

  /**
   * Makes changes and writes config.yaml, unless there would be problems: then `problems` has them, and nothing is
   * written.
   * @throws EditRefused, ChangedMeanwhile, ConfigError
   */
  async save(changes: readonly Change[], revision?: string): Promise<SavedChange> {
    return this.#inTurn(async () => {
      const preview = await this.#preview(changes, revision, true);
      return { ...preview, written: preview.isWritten ? await this.#fetchWritten() : undefined };
    });
  }

  /** Ends the thread; the request under way fails. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#waiting?.reject(new EditRefused('the thread that changes config.yaml was ended'));
    await worker?.terminate();
  }

  async #preview(changes: readonly Change[], revision: string | undefined, write: boolean): Promise<ChangePreview> {
    const body = await this.#ask({ kind: 'preview', changes, write, ...(revision !== undefined && { revision }) });
    if (body.kind !== 'preview') throw new Error(`the editor's thread answers ${body.kind}`);
    const { kind: _, ...preview } = body;
    return preview;
  }

  async #fetchWritten(): Promise<ReadConfig> {
    return fromPieces(this.#input.file, async () => {
      const body = await this.#ask({ kind: 'next piece' });
      if (body.kind !== 'piece') throw new Error(`the editor's thread answers ${body.kind}`);
      return body.piece;
    });
  }

  /** Runs requests one after the other. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #ask(asked: EditRequest): Promise<EditAnswer> {
    const body = await this.#askWorker(asked);
    if (body.kind === 'changed meanwhile') throw new ChangedMeanwhile();
    if (body.kind === 'refused') throw new EditRefused(body.message);
    if (body.kind === 'unreadable') throw new ConfigError(this.#input.file, body.problems);
    if (body.kind === 'failed') throw new Error(body.message);
    return body;
  }

  async #askWorker(asked: EditRequest): Promise<EditAnswer> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<EditAnswer>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => {
          reject(new EditRefused(`changing config.yaml takes longer than ${TIMEOUT_MS / 1000} s`));
          void this.close();
        }, TIMEOUT_MS);
        worker.postMessage(asked);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
      this.#idle = setTimeout(() => void this.close(), IDLE_MS);
      this.#idle.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(WORKER, {
      workerData: this.#input,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
      env: {},
    });
    worker.unref();
    const isCurrent = () => this.#worker === worker;
    worker.on('message', (answer: EditAnswer) => {
      if (isCurrent()) this.#waiting?.resolve(answer);
    });
    // After an error comes an exit.
    worker.on('error', (error) => {
      if (isCurrent()) this.#waiting?.reject(error);
    });
    worker.on('exit', () => {
      if (isCurrent()) this.#worker = undefined;
    });
    return worker;
  }
}
