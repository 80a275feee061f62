import { setTimeout as pause } from 'node:timers/promises';
import { outboxPathOf } from '../../config/ami-settings.ts';
import { installedConfigDirectory } from '../../config/installed-paths.ts';
import { loadConfig } from '../../config/load.ts';
import type { DeliveryView, OutboxAdmin } from '../../delivery/admin.ts';
import { Redactor } from '../../redact/redactor.ts';
import type { Prompts } from '../../setup/prompts.ts';
import { isStoreError, openAdmin } from '../input/open-admin.ts';
import { textOfDelivery } from '../terminal/delivery-text.ts';
import type { CommandIo } from '../terminal/io.ts';

const LOOK_MS = 500;
/** How long a call is waited for, and then its answer. */
const PATIENCE_MS = 10 * 60_000;
/** By how much two clocks may differ. */
const CLOCKS_MS = 10 * 60_000;

/** Waits for the first request that a call makes, and shows it with its answer; Ctrl-C ends the waiting. */
export async function awaitTestCall(extension: string, prompts: Prompts, io: CommandIo): Promise<void> {
  const wanted = await prompts.ask(`Wait for a test call to ${extension}, and show its request? [Y/n]`, 'yes');
  if (!/^y/i.test(wanted)) return;
  const config = loadConfig(`${installedConfigDirectory(io.env)}/config.yaml`, { env: io.env });
  const from = Date.now();
  prompts.say(`Call ${extension} now, and hang up. Ctrl-C ends the waiting.\n`);
  const open = () => openIfThere(outboxPathOf(config, io.env), config.queue);
  const known = new Set((await recent(open, from)).map(({ id }) => id));
  const redactor = new Redactor(config.secrets);
  while (!io.signal.aborted && Date.now() - from < PATIENCE_MS) {
    const found = (await recent(open, from)).find(({ id, attempts }) => attempts > 0 && !known.has(id));
    const outbox = found && (await open());
    if (outbox !== undefined && found !== undefined) {
      prompts.say(textOfDelivery(found, await outbox.attempts(found), redactor.forRequest(found), undefined));
      await outbox.close();
      return;
    }
    await pause(LOOK_MS, undefined, { signal: io.signal }).catch(() => undefined);
  }
}

/** Deliveries of the last minutes: Asterisk's clock, which dates them, may be behind. */
async function recent(open: () => Promise<OutboxAdmin | undefined>, from: number): Promise<DeliveryView[]> {
  const outbox = await open();
  try {
    return (await outbox?.find({ since: from - CLOCKS_MS }, 1000)) ?? [];
  } finally {
    await outbox?.close();
  }
}

async function openIfThere(path: string, queue: string | undefined): Promise<OutboxAdmin | undefined> {
  try {
    return await openAdmin(path, queue);
  } catch (error) {
    if (isStoreError(error)) return undefined;
    throw error;
  }
}
