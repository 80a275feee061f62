import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutbox } from '../../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { openExisting } from '../../../src/delivery/outbox/sqlite-admin.ts';
import { keepsThePromises } from '../promises.ts';

keepsThePromises('the outbox in SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'call-events-promises-'));
  const path = join(directory, 'outbox.db');
  const never = (reason: unknown) => {
    throw reason;
  };
  return {
    openStore: async () =>
      new Outbox(openOutbox(path, never), { trouble: ({ error }) => never(error), recovered: never }),
    openAdmin: async () => openExisting(path),
    remove: async () => rmSync(directory, { recursive: true }),
  };
});
