import type { CallEvent } from '../../calls/call-event.ts';
import { outboxPathOf, serverOf } from '../../config/ami-settings.ts';
import type { Config, Rule } from '../../config/config.ts';
import { Extensions } from '../../config/directory/extensions.ts';
import { loadConfig } from '../../config/load.ts';
import { CALL_EVENT_NAMES, type CallEventName, parseCallEventName } from '../../event-and-parameter-names.ts';
import { type Matched, matchRules } from '../../rules/matcher.ts';
import { requestOf } from '../../rules/request.ts';
import { ruleDefaultsOf } from '../../rules/rule-defaults.ts';
import { describeUnmet } from '../../views/condition-text.ts';
import { describeSample, type Sample, sampleEvent, sampleLike } from '../../views/sample-event.ts';
import { createSendOne } from '../../views/send-one.ts';
import { callEventsOf } from '../input/call-events-of.ts';
import { EXIT, type Io } from '../terminal/io.ts';
import { textOfSent } from '../terminal/sent-text.ts';

export interface TestSendOptions {
  /** config.yaml, as the user named it. */
  config: string;
  /** The same as the event missed. */
  missed?: boolean;
  /** A Hangup of a call that was not answered; alone: the same with the event hangup. */
  unanswered?: boolean;
  /** Every event that the extension has rules for. */
  all?: boolean;
  /** With the values of this real call, as the outbox has them; `last`: of the last one. */
  like?: string;
  /** The server whose extension it is; left out: the only one that has it. */
  server?: string;
}

/**
 * Sends a sample of every rule that an extension has for an event, shows request and answer, and says what that means.
 * @param event absent where an option names it
 * @returns 0 when there was something to send and each receiver took it
 */
export async function runTestSend(
  extension: string,
  event: string | undefined,
  options: TestSendOptions,
  io: Io,
): Promise<number> {
  const wanted = wantedOf(event, options);
  if ('wrong' in wanted) {
    io.stderr(`${wanted.wrong}\n`);
    return EXIT.usage;
  }
  const config = loadConfig(options.config, { require: 'extensions', env: io.env });
  const place = placeOf(extension, config, options);
  if ('wrong' in place) {
    io.stderr(`${place.wrong}\n`);
    return EXIT.failed;
  }
  const { server, extensions, did } = place;
  const rules = extensions.rulesOf(extension);
  const names =
    wanted.event === 'all' ? CALL_EVENT_NAMES.filter((name) => rules.some(({ on }) => on === name)) : [wanted.event];
  const samples = names.map(
    (name): Sample => ({
      event: name,
      server,
      extension,
      at: Date.now(),
      did,
      ...(options.unanswered && { isAnswered: false }),
    }),
  );
  const events =
    options.like === undefined ? samples.map(sampleEvent) : await realOnes(samples, options.like, config, io);
  if (events === undefined) return EXIT.failed;
  return sendAll(events, rules, config, server, io);
}

interface Place {
  /** Empty: the extension is there for all servers, or there is only one. */
  server: string;
  /** Those that the server has. */
  extensions: Extensions;
  did: string | undefined;
}

/**
 * Finds an extension: on the named server; with none, among those for all servers, else on the only server that has it.
 */
function placeOf(extension: string, config: Config, options: TestSendOptions): Place | { wrong: string } {
  const names =
    options.server === undefined
      ? ['', ...config.servers.map(({ server }) => server)]
      : [serverOf(config, options.server).server];
  const places: Place[] = [];
  for (const server of new Set(names)) {
    const extensions = new Extensions(config, server);
    const found = extensions.ofNumber(extension);
    if (found === undefined) continue;
    places.push({ server, extensions, did: found.did });
    if (server === '') break;
  }
  const [place, another] = places;
  if (place === undefined) return { wrong: unknownExtension(extension, config, options) };
  if (another === undefined) return place;
  const having = places.map(({ server }) => server).join(' and ');
  return { wrong: `${having} have an extension ${extension} each: say which one is meant, with --server NAME` };
}

function unknownExtension(extension: string, { extensions }: Config, { config, server }: TestSendOptions): string {
  const known = extensions.flatMap(({ key, server: own }) =>
    server === undefined || own === undefined || own === server ? [key] : [],
  );
  const some = known.length > 10 ? `${known.slice(0, 10).join(', ')} …` : known.join(', ');
  const where = server === undefined ? config : `${server} in ${config}`;
  return `${where} has no extension ${extension}, and no pattern that matches it. It has: ${some || 'none'}`;
}

function wantedOf(
  named: string | undefined,
  { missed, unanswered, all }: TestSendOptions,
): { event: CallEventName | 'all' } | { wrong: string } {
  const expected = `expected one of: ${CALL_EVENT_NAMES.join(', ')}; or --missed, --unanswered, --all`;
  const event = named === undefined ? undefined : parseCallEventName(named);
  if (named !== undefined && event === undefined) return { wrong: `${named} is no call event; ${expected}` };
  if (all) return { event: 'all' };
  const implied = missed ? 'missed' : unanswered ? 'hangup' : undefined;
  if (event !== undefined && implied !== undefined && event !== implied)
    return {
      wrong: `${named} and --${missed ? 'missed' : 'unanswered'}: which of them? The latter is for the event ${implied}`,
    };
  const one = event ?? implied;
  return one === undefined ? { wrong: `which event? ${expected}` } : { event: one };
}

/** The samples with the values of a real call. @returns absent: there are none, and the reason was printed */
async function realOnes(
  samples: readonly Sample[],
  like: string,
  config: Config,
  io: Io,
): Promise<CallEvent[] | undefined> {
  const extension = samples[0]?.extension ?? '';
  const path = outboxPathOf(config, io.env);
  const known = await callEventsOf(path, config.queue, like, extension);
  if (typeof known === 'string') {
    io.stderr(`${known}\n`);
    return undefined;
  }
  const events = samples.flatMap((sample) => sampleLike(sample, known) ?? []);
  if (events.length > 0) return events;
  const wanted = samples.map(({ event }) => event).join(', ');
  io.stderr(`${extension} has no part in that call that a ${wanted} could be of\n`);
  return undefined;
}

async function sendAll(
  events: readonly CallEvent[],
  all: readonly Rule[],
  config: Config,
  server: string,
  io: Io,
): Promise<number> {
  const defaults = ruleDefaultsOf(config, server);
  const sendOne = createSendOne(config);
  let [tried, failed] = [0, false];
  for (const sample of events) {
    const { rules, unused } = rulesToTry(matchRules(sample, all, defaults));
    for (const one of unused) {
      if (one.reason === 'disabled') io.stderr(`rule ${one.rule.id} is disabled and sends nothing\n`);
      if (one.reason === 'condition')
        io.stderr(`rule ${one.rule.id} is tried, though it would not send this: ${describeUnmet(one.condition)}\n`);
    }
    for (const rule of rules) {
      if (io.signal.aborted) break;
      tried++;
      io.stdout(`rule ${rule.id}${rule.notes === undefined ? '' : ` (${rule.notes})`}: ${describeSample(sample)}\n`);
      const sent = await sendOne.send(requestOf(sample, rule, defaults));
      io.stdout(textOfSent(sent));
      failed ||= sent.outcome.outcome !== 'delivered';
    }
  }
  sendOne.close();
  if (tried === 0 && !io.signal.aborted) {
    io.stderr(`${nothingFor(events, all)}\n`);
    return EXIT.failed;
  }
  return failed ? EXIT.failed : EXIT.ok;
}

/** Why nothing was sent. */
function nothingFor(events: readonly CallEvent[], all: readonly Rule[]): string {
  const enabled = [...new Set(all.filter(({ status }) => status === 'enabled').map(({ on }) => on))];
  const has = enabled.length === 0 ? 'none at all' : `those on ${enabled.join(', ')}`;
  const [first] = events;
  return first === undefined
    ? 'it has no rules'
    : `${first.leg.extension} has no enabled rule \`on: ${first.event}\`; it has ${has}`;
}

/** A receiver is to be tried whatever the sample is like: those whose conditions it does not meet as well. */
function rulesToTry({ rules, unused }: Matched): Pick<Matched, 'rules' | 'unused'> {
  const kept = unused.flatMap(({ rule, reason }) => (reason === 'condition' ? [rule] : []));
  return { rules: [...rules, ...kept], unused };
}
