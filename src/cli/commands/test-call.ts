import { setTimeout as pause } from 'node:timers/promises';
import { outboxPathOf } from '../../config/ami-settings.ts';
import { installedConfigDirectory } from '../../config/installed-paths.ts';
import { loadConfig } from '../../config/load.ts';
import type { DeliveryView, OutboxAdmin } from '../../delivery/admin.ts';
import { OutboxError } from '../../delivery/outbox/open-outbox.ts';
import { Redactor } from '../../redact/redactor.ts';
import type { Prompts } from '../../setup/prompts.ts';
import { openAdmin } from '../input/open-admin.ts';
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
  const deliveries = new Deliveries(outboxPathOf(config, io.env), config.queue, from);
  const redactor = new Redactor(config.secrets);
  try {
    const known = new Set((await deliveries.recent()).map(({ id }) => id));
    while (!io.signal.aborted && Date.now() - from < PATIENCE_MS) {
      const found = (await deliveries.recent()).find(({ id, attempts }) => attempts > 0 && !known.has(id));
      if (found !== undefined) {
        const attempts = await deliveries.attempts(found);
        prompts.say(textOfDelivery(found, attempts, redactor.forRequest(found), undefined));
        return;
      }
      await pause(LOOK_MS, undefined, { signal: io.signal }).catch(() => undefined);
    }
  } catch (error) {
    // The service runs all the same: what is wrong with this look at its deliveries is all that there is to say.
    prompts.say(`The request cannot be shown: ${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    await deliveries.close();
  }
}

/** The deliveries of the service, as soon as it has made a place for them. */
class Deliveries {
  readonly #path: string;
  readonly #queue: string | undefined;
  readonly #since: number;
  #admin: OutboxAdmin | undefined;

  /** @param from when the waiting began; Asterisk's clock, which dates deliveries, may be behind */
  constructor(path: string, queue: string | undefined, from: number) {
    this.#path = path;
    this.#queue = queue;
    this.#since = from - CLOCKS_MS;
  }

  async recent(): Promise<DeliveryView[]> {
    this.#admin ??= await openIfThere(this.#path, this.#queue);
    return (await this.#admin?.find({ since: this.#since }, 1000)) ?? [];
  }

  async attempts(found: DeliveryView) {
    return (await this.#admin?.attempts(found)) ?? [];
  }

  async close(): Promise<void> {
    await this.#admin?.close();
  }
}

async function openIfThere(path: string, queue: string | undefined): Promise<OutboxAdmin | undefined> {
  try {
    return await openAdmin(path, queue);
  } catch (error) {
    // The service has not made it yet, or not brought that of an older version up to date.
    if (error instanceof OutboxError && ['OUTBOX_MISSING', 'OUTBOX_OLDER'].includes(error.code)) return undefined;
    throw error;
  }
}
