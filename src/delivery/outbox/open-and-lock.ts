import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import type { OutboxStore } from '../store.ts';
import { wasIndexCut } from './file-identities.ts';
import { OutboxFileRepair } from './file-repair.ts';
import { lockOutbox } from './lock-outbox.ts';
import { cannotOpen, OutboxError, openOutbox } from './open-outbox.ts';
import { Outbox } from './outbox.ts';
import { nameLock, otherNameOf, realOutboxPath } from './real-path.ts';

/** How often a disk that is full is tried again. */
const AGAIN_MS = 2000;

export interface OpenedOutbox {
  outbox: OutboxStore;
  close(): Promise<void>;
}

/**
 * Opens the outbox for this service alone. Waits while the disk is full: a restart would not help.
 * @param onWaiting called with the reason when it waits
 * @returns `undefined` when it was aborted while it waited
 * @throws OutboxError, NewerOutboxError
 */
export async function openAndLockOutbox(
  path: string,
  log: Logger,
  signal: AbortSignal,
  onWaiting: (error: OutboxError) => void,
): Promise<OpenedOutbox | undefined> {
  while (!signal.aborted) {
    try {
      return openLocked(path, log);
    } catch (error) {
      if (!(error instanceof OutboxError && error.mayPass)) throw error;
      log.error({ err: error }, `${error.message} (disk full?); tried again in ${AGAIN_MS / 1000} s`);
      onWaiting(error);
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

function openLocked(named: string, log: Logger): OpenedOutbox {
  const path = realOutboxPath(named);
  const unlock = lockOutbox(path);
  try {
    const other = otherNameOf(path);
    if (other !== undefined) lockOutbox(other)();
    const open = () => openLogged(path, log);
    const database = open();
    const outbox = new Outbox(database, {
      trouble: ({ error, waiting, lost }) =>
        log.error(
          { err: error, waiting, lost },
          `the outbox cannot be written (disk full?): ${waiting} changes wait, ${lost} were dropped`,
        ),
      recovered: (written) =>
        log.warn({ written }, `the outbox is written again, with the ${written} changes that had waited`),
    });
    const repair = new OutboxFileRepair({ path, outbox, database, open, unlock, log });
    repair.start();
    return { outbox, close: () => repair.close() };
  } catch (error) {
    unlock();
    throw error;
  }
}

function openLogged(path: string, log: Logger): DatabaseSync {
  const isIndexCut = wasIndexCut(path);
  const database = openOutbox(
    path,
    (keptAs, error) =>
      log.error(
        { err: error, keptAs },
        `the outbox ${path} was corrupt; it is kept aside as ${keptAs}, and a new one is begun`,
      ),
    (bytes) =>
      log.warn(
        `the outbox ${path} is of an older version, and brought up to date: its ${Math.ceil(bytes / 1e6)} MB may take some seconds`,
      ),
  );
  if (isIndexCut)
    log.error(
      `${path}-shm was cut while the last run used it, which ends a process (SIGBUS); nothing was lost. Leave it alone`,
    );
  try {
    nameLock(database, path);
  } catch (cause) {
    database.close();
    throw cannotOpen(path, cause);
  }
  return database;
}
