import { OutboxFileRepair } from '../../../src/delivery/outbox/file-repair.ts';
import { lockOutbox } from '../../../src/delivery/outbox/lock-outbox.ts';
import { openOutbox } from '../../../src/delivery/outbox/open-outbox.ts';
import { Outbox } from '../../../src/delivery/outbox/outbox.ts';
import { createLog } from '../../../src/log.ts';

/** An outbox with what looks after its file, as the service has them, and what they have said. */
export function keepOutbox(path: string) {
  const said: string[] = [];
  const unlock = lockOutbox(path);
  const open = () => openOutbox(path, (keptAs) => said.push(`corrupt: ${keptAs}`));
  const database = open();
  const outbox = new Outbox(database, {
    trouble: ({ error }) => said.push(`trouble: ${error.message}`),
    recovered: () => undefined,
  });
  const log = createLog('info', 'json', [], (line) => said.push(JSON.parse(line).msg));
  const keeper = new OutboxFileRepair({ path, outbox, database, open, unlock, log });
  return { path, said, outbox, keeper };
}
