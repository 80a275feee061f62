import { setTimeout as pause } from 'node:timers/promises';
import { outboxPathOf } from '../config/ami-settings.ts';
import { installedConfigDirectory } from '../config/installed.ts';
import { loadConfig } from '../config/load.ts';
import type { DeliveryView, OutboxAdmin } from '../delivery/admin.ts';
import { NewerOutboxError } from '../delivery/outbox/migrations.ts';
import { OutboxError } from '../delivery/outbox/open.ts';
import { openExisting } from '../delivery/outbox/sqlite-admin.ts';
import { Redactor } from '../redact/redactor.ts';
import type { Talk } from '../setup/talk.ts';
import { textOfDelivery } from './delivery-text.ts';
import type { CommandIo } from './io.ts';

const LOOK_MS = 500;
/** How long a call is waited for, and then its answer. */
const PATIENCE_MS = 10 * 60_000;

/** Waits for the first request that a call makes, and shows it with its answer; Ctrl-C ends the waiting. */
export async function awaitTestCall(extension: string, talk: Talk, io: CommandIo): Promise<void> {
  const wanted = await talk.ask(`Wait for a test call to ${extension}, and show its request? [Y/n]`, 'yes');
  if (!/^y/i.test(wanted)) return;
  const config = loadConfig(`${installedConfigDirectory(io.env)}/config.yaml`, { env: io.env });
  const since = Date.now();
  talk.say(`Call ${extension} now, and hang up. Ctrl-C ends the waiting.\n`);
  const path = outboxPathOf(config, io.env);
  const redactor = new Redactor(config.secrets);
  while (!io.signal.aborted && Date.now() - since < PATIENCE_MS) {
    const outbox = openIfThere(path);
    try {
      const found = await settled(outbox, since);
      if (outbox !== undefined && found !== undefined) {
        talk.say(textOfDelivery(found, await outbox.attempts(found), redactor.forRequest(found), undefined));
        return;
      }
    } finally {
      await outbox?.close();
    }
    await pause(LOOK_MS, undefined, { signal: io.signal }).catch(() => undefined);
  }
}

/** The first delivery since then that was tried. */
async function settled(outbox: OutboxAdmin | undefined, since: number): Promise<DeliveryView | undefined> {
  const found = (await outbox?.find({ since }, 20)) ?? [];
  return found.find(({ attempts }) => attempts > 0);
}

function openIfThere(path: string): OutboxAdmin | undefined {
  try {
    return openExisting(path);
  } catch (error) {
    if (error instanceof OutboxError || error instanceof NewerOutboxError) return undefined;
    throw error;
  }
}
