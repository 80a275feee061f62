import { outboxPathOf } from '../../config/ami-settings.ts';
import type { Config } from '../../config/config.ts';
import { ConfigError } from '../../config/config-problem.ts';
import { loadConfig } from '../../config/load.ts';
import { DELIVERY_STATES, type DeliveryFilter, type OutboxAdmin } from '../../delivery/admin.ts';
import { resendableOf } from '../../delivery/resendable.ts';
import { parseMoment } from '../../duration.ts';
import { CALL_EVENT_NAMES } from '../../event-and-parameter-names.ts';
import { printableJson } from '../../printable.ts';
import { Redactor } from '../../redact/redactor.ts';
import { jsonOfAttempt, jsonOfDelivery } from '../../views/delivery-view.ts';
import { describeNextRequest } from '../../views/next-request.ts';
import { isStoreError, openAdmin } from '../input/open-admin.ts';
import { summaryOfCounts, totalOf } from '../terminal/delivery-summary.ts';
import { tableOf, textOfDelivery } from '../terminal/delivery-text.ts';
import { EXIT, type Io } from '../terminal/io.ts';

export interface DeliveriesOptions {
  config: string;
  /** File of the outbox; absent: as the configuration says. */
  outbox?: string;
  extension?: string;
  event?: string;
  state?: string;
  /** A length of time until now, or a moment. */
  since?: string;
  callId?: string;
  limit?: string;
  json?: boolean;
}

type Action = 'summary' | 'forget' | 'list' | 'show' | 'retry' | 'discard' | 'resume';

/**
 * Looks at the outbox and changes it, beside the service that runs. @param names ids of deliveries, or of rules to
 * resume
 */
export async function runDeliveries(
  action: Action,
  names: readonly string[],
  options: DeliveriesOptions,
  io: Io,
): Promise<number> {
  const read = filterOf(options);
  if ('wrong' in read) {
    io.stderr(`${read.wrong}\n`);
    return EXIT.usage;
  }
  const { config, redactor } = configured(options, io);
  const path = options.outbox ?? (config === undefined ? '' : outboxPathOf(config, io.env));
  try {
    // Of a service that has both, the outbox can be named.
    const outbox = await openAdmin(path, options.outbox === undefined ? config?.queue : undefined);
    try {
      return await ACTIONS[action]({ outbox, names, options, filter: read.filter, redactor, config, io });
    } finally {
      await outbox.close();
    }
  } catch (error) {
    if (!isStoreError(error)) throw error;
    io.stderr(`${error.message}\n`);
    return EXIT.failed;
  }
}

interface Request {
  outbox: OutboxAdmin;
  names: readonly string[];
  options: DeliveriesOptions;
  filter: DeliveryFilter;
  redactor: Redactor;
  /** Absent: it cannot be read. */
  config: Config | undefined;
  io: Io;
}

const ACTIONS: Record<Action, (request: Request) => Promise<number>> = {
  async summary({ outbox, filter, redactor, io }) {
    io.stdout(summaryOfCounts(await outbox.counts(filter), redactor));
    return EXIT.ok;
  },

  async forget({ outbox, names: [number = ''], io }) {
    const digits = number.replaceAll(/[\s+()./-]/g, '');
    if (!/^\d{3,}$/.test(digits)) {
      io.stderr(`${number}: expected a number of three digits or more\n`);
      return EXIT.usage;
    }
    const { forgotten, pending, isOverwritten } = await outbox.forget(digits);
    io.stdout(`settled deliveries deleted: ${forgotten}\n`);
    if (pending > 0)
      io.stdout(`${pending} with this number are still pending: forget it again once they are settled\n`);
    if (!isOverwritten)
      io.stdout(
        'Unused parts of the file may still hold what was deleted. To overwrite them: stop the service, and sqlite3 FILE VACUUM\n',
      );
    return EXIT.ok;
  },

  async list({ outbox, options, filter, redactor, io }) {
    const limit = Number(options.limit ?? 50);
    const found = await outbox.find(filter, limit);
    if (options.json)
      for (const one of found) io.stdout(`${printableJson(JSON.stringify(jsonOfDelivery(one, redactor)))}\n`);
    else {
      io.stdout(found.length === 0 ? 'no delivery matches\n' : tableOf(found, redactor, io.columns));
      if (found.length === limit) io.stdout(`the newest ${limit}; --limit shows more\n`);
      if (found.length > 0) io.stdout(`${totalOf(await outbox.counts(filter))}\n`);
      for (const { ruleId, since, reason } of await outbox.suspended())
        io.stdout(
          `rule ${ruleId} has been suspended since ${new Date(since).toISOString()} (${reason}); call-events deliveries resume ${ruleId}\n`,
        );
    }
    return EXIT.ok;
  },

  async show({ outbox, names, options, redactor, config, io }) {
    const found = await outbox.find({ ids: names }, names.length);
    for (const one of found) {
      const attempts = await outbox.attempts(one);
      const own = redactor.forRequest(one);
      io.stdout(
        options.json
          ? `${printableJson(JSON.stringify({ ...jsonOfDelivery(one, own), attempts: attempts.map((a) => jsonOfAttempt(a, own)) }))}\n`
          : textOfDelivery(one, attempts, own, config && describeNextRequest(one, config, own)),
      );
    }
    return missing(names, found, io);
  },

  async retry({ outbox, names, filter, io }) {
    if (names.length === 0 && isEmpty(filter)) return tooMuch('retry', io);
    // Of those that are not named only dead letters are selected: what was delivered is not sent twice by chance.
    const selected: DeliveryFilter = names.length === 0 ? { state: 'dead', ...filter } : { ...filter, ids: names };
    const resendable = resendableOf(selected, await outbox.suspended());
    const left = (await Promise.all(resendable.suspended.map((one) => outbox.counts(one)))).flat();
    io.stdout(`to be sent again by the service: ${await outbox.retry(resendable.filter, Date.now())}\n`);
    if (left.length > 0) {
      const count = left.reduce((sum, one) => sum + one.count, 0);
      const rules = [...new Set(left.map(({ ruleId }) => ruleId))].join(' ');
      io.stdout(`left as they are, for their rules are suspended: ${count}; call-events deliveries resume ${rules}\n`);
    }
    return missing(names, await outbox.find({ ids: names }, names.length), io);
  },

  async discard({ outbox, names, filter, io }) {
    if (names.length === 0 && isEmpty(filter)) return tooMuch('discard', io);
    const selected: DeliveryFilter = names.length === 0 ? filter : { ...filter, ids: names };
    io.stdout(`pending deliveries discarded: ${await outbox.discard(selected, Date.now())}\n`);
    return missing(names, await outbox.find({ ids: names }, names.length), io);
  },

  async resume({ outbox, names, io }) {
    let code: number = EXIT.ok;
    for (const ruleId of names) {
      if (await outbox.resume(ruleId)) io.stdout(`rule ${ruleId} sends again\n`);
      else {
        io.stderr(`rule ${ruleId} is not suspended\n`);
        code = EXIT.failed;
      }
    }
    return code;
  },
};

function missing(ids: readonly string[], found: readonly { id: string }[], io: Io): number {
  const unknown = ids.filter((id) => !found.some((one) => one.id === id));
  for (const id of unknown) io.stderr(`there is no delivery ${id}\n`);
  return unknown.length === 0 ? EXIT.ok : EXIT.failed;
}

function tooMuch(action: string, io: Io): number {
  io.stderr(`${action} what? Name deliveries by their ids, or filter them, such as --since 1h\n`);
  return EXIT.usage;
}

const isEmpty = (filter: DeliveryFilter) => Object.keys(filter).length === 0;

/**
 * The configuration, for the outbox's path and for the secrets to redact. The user who calls the command may have no
 * right to read the secrets: then they are redacted by name alone.
 */
function configured({ config: file, outbox }: DeliveriesOptions, io: Io): { config?: Config; redactor: Redactor } {
  const load = (secrets: 'resolve' | 'keep') => loadConfig(file, { require: 'extensions', secrets, env: io.env });
  try {
    const config = load('resolve');
    return { config, redactor: new Redactor(config.secrets) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  try {
    const config = load('keep');
    return { config, redactor: new Redactor(config.secrets) };
  } catch (error) {
    if (outbox === undefined) throw error;
    return { redactor: new Redactor([]) };
  }
}

function filterOf({ extension, event, state, since, callId, limit }: DeliveriesOptions) {
  const wantedEvent = event?.toLowerCase();
  const wantedState = DELIVERY_STATES.find((one) => one === state?.toLowerCase());
  const from = since === undefined ? undefined : parseMoment(since, Date.now());
  if (wantedEvent !== undefined && !CALL_EVENT_NAMES.some((one) => one === wantedEvent))
    return { wrong: `--event ${event}: expected one of: ${CALL_EVENT_NAMES.join(', ')}` };
  if (state !== undefined && wantedState === undefined)
    return { wrong: `--state ${state}: expected one of: ${DELIVERY_STATES.join(', ')}` };
  if (since !== undefined && from === undefined)
    return {
      wrong: `--since ${since}: expected a length of time, such as 30m, 2h or 7d, or a date such as 2026-03-14`,
    };
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) return { wrong: `--limit ${limit}: expected a number` };
  const filter: DeliveryFilter = {
    ...(extension !== undefined && { extension }),
    ...(wantedEvent !== undefined && { event: wantedEvent }),
    ...(wantedState !== undefined && { state: wantedState }),
    ...(from !== undefined && { since: from }),
    ...(callId !== undefined && { callId }),
  };
  return { filter };
}
