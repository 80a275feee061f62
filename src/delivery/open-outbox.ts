import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { mayPass, sqliteCodeOf } from './disk-trouble.ts';
import { migrate, NewerOutboxError } from './schema.ts';

/** How long the service and a command beside it wait for each other. */
const BUSY_MS = 5000;

/** The outbox cannot be used, and what to do. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code = 'OUTBOX';
  /** Whether it may pass by itself: the disk is full. */
  readonly mayPass: boolean;

  constructor(message: string, { cause, mayPass = false }: { cause?: unknown; mayPass?: boolean } = {}) {
    super(message, { cause });
    this.mayPass = mayPass;
  }
}

/**
 * Opens the outbox, made when it is not there. A corrupt file is moved aside, so that the service starts.
 * @param onCorrupt is told where the old file is kept
 * @throws OutboxError, NewerOutboxError
 */
export function openOutbox(path: string, onCorrupt: (keptAs: string, error: unknown) => void): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return open(path);
  } catch (error) {
    if (error instanceof NewerOutboxError) throw error;
    if (!isCorrupt(error)) throw cannotOpen(path, error);
    const keptAs = `${path}.corrupt-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(path + suffix)) renameSync(path + suffix, keptAs + suffix);
    onCorrupt(keptAs, error);
    try {
      return open(path);
    } catch (again) {
      throw cannotOpen(path, again);
    }
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    // The requests may hold secrets.
    chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    // A truncated file can open well and fail later: look at the pages that are needed, not at a million rows.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    migrate(database);
    database.prepare("SELECT count(*) FROM deliveries WHERE state = 'pending'").get();
    database.prepare('SELECT count(*) FROM calls').get();
    database.prepare('SELECT max(seq) FROM deliveries').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
function isCorrupt(error: unknown): boolean {
  const code = sqliteCodeOf(error);
  return code === 11 || code === 26;
}

/** What is told when a file of the outbox cannot be opened. */
export function cannotOpen(path: string, cause: unknown): OutboxError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new OutboxError(`${path} cannot be opened: ${message}`, { cause, mayPass: mayPass(cause) });
}
