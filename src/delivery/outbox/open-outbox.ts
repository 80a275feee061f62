import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { OutboxErrorCode } from '../../error-codes.ts';
import { migrate, NewerOutboxError } from './migrations.ts';
import { adviceOnRights } from './rights-advice.ts';
import { isTransient, sqliteCodeOf } from './sqlite-errors.ts';

/** How long the service and a command beside it wait for each other. */
const BUSY_MS = 5000;

/** Files up to this size are checked as a whole at the start, which takes a fraction of a second. */
const LOOKED_THROUGH_BYTES = 64 * 1024 * 1024;

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** The outbox cannot be used, and what to do. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;
  /** Whether it may pass by itself: the disk is full. */
  readonly mayPass: boolean;

  constructor(
    code: OutboxErrorCode,
    message: string,
    { cause, mayPass = false }: { cause?: unknown; mayPass?: boolean } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.mayPass = mayPass;
  }
}

/**
 * Opens the outbox, or creates it. A corrupt file is moved aside, so that the service starts.
 * @param onCorrupt called with the place where the old file is kept
 * @param onOlder called with its size before a file of an older version is brought up to date
 * @throws OutboxError, NewerOutboxError
 */
export function openOutbox(
  path: string,
  onCorrupt: (keptAs: string, error: unknown) => void,
  onOlder: (bytes: number) => void = () => undefined,
): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return open(path, onOlder);
  } catch (error) {
    if (error instanceof NewerOutboxError) throw error;
    if (!isCorrupt(error)) throw cannotOpen(path, error);
    const keptAs = `${path}.corrupt-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(path + suffix)) renameSync(path + suffix, keptAs + suffix);
    onCorrupt(keptAs, error);
    try {
      return open(path, onOlder);
    } catch (again) {
      throw cannotOpen(path, again);
    }
  }
}

function open(path: string, onOlder: (bytes: number) => void): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    // The requests may contain secrets.
    chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    migrate(database, () => onOlder(statSync(path).size));
    lookThrough(database, statSync(path).size);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A damaged file may open without an error and fail later, at every start. A small file is checked as a whole; of a
 * large one, only the rows that every start reads.
 * @throws as for a corrupt file
 */
function lookThrough(database: DatabaseSync, size: number): void {
  if (size <= LOOKED_THROUGH_BYTES) {
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check);
    if (found !== 'ok') throw Object.assign(new Error(found), { errcode: CORRUPT });
  }
  for (const needed of [
    "SELECT * FROM deliveries INDEXED BY deliveries_pending WHERE state = 'pending'",
    'SELECT * FROM calls',
    'SELECT * FROM suspended',
    'SELECT * FROM facts',
    'SELECT max(seq) FROM deliveries',
  ])
    for (const _row of database.prepare(needed).iterate());
}

/** Whether the file, not the disk, is damaged. */
function isCorrupt(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** A file of the outbox cannot be opened. */
export function cannotOpen(path: string, cause: unknown): OutboxError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const advice = adviceOnRights(path, cause);
  const more = advice === undefined ? '' : `; ${advice}`;
  return new OutboxError('OUTBOX_CANNOT_OPEN', `${path} cannot be opened: ${message}${more}`, {
    cause,
    mayPass: isTransient(cause),
  });
}
