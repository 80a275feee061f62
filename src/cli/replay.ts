import { createReadStream } from 'node:fs';
import { replay } from '../ami/replay.ts';
import type { CallEvent } from '../calls/call-event.ts';
import { Tracker } from '../calls/tracker.ts';
import type { Unsent } from '../calls/unsent.ts';
import type { Config } from '../config/config.ts';
import { errorCode } from '../config/error-code.ts';
import { Extensions } from '../config/extensions.ts';
import { loadConfig } from '../config/load.ts';
import { variablesOf } from '../config/rights.ts';
import { matchRules } from '../rules/matcher.ts';
import { type RuleRequest, requestOf } from '../rules/request.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';
import { describeCallEvent, describeUnsent, titleOf } from './explain.ts';
import { EXIT, type Io } from './io.ts';
import { createSendOne } from './test-send.ts';

export interface ReplayOptions {
  config: string;
  json?: boolean;
  explain?: boolean;
  /** Really sends each request, and waits for its answer before the next. */
  send?: boolean;
}

/**
 * The recorded AMI text of each log through the same code as live events; `-` is standard input. Prints the requests
 * and sends nothing, unless `send` is given.
 */
export async function runReplay(logs: readonly string[], options: ReplayOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config, {
    require: 'extensions',
    secrets: options.send ? 'resolve' : 'keep',
    env: io.env,
  });
  let failed = false;
  for (const log of logs) {
    try {
      await replayLog(log, config, options, io);
    } catch (error) {
      if (errorCode(error)?.startsWith('E') !== true) throw error;
      io.stderr(`${log}: cannot be read (${errorCode(error)})\n`);
      failed = true;
    }
  }
  return failed ? EXIT.failed : EXIT.ok;
}

async function replayLog(log: string, config: Config, options: ReplayOptions, io: Io): Promise<void> {
  const extensions = new Extensions(config);
  const defaults = ruleDefaultsOf(config);
  const say = options.json ? io.stderr : io.stdout;
  const explain = (line: string) => options.explain && say(`${line}\n`);
  const told: (CallEvent | Unsent)[] = [];
  const explained = new Set<string>();
  const tracker = new Tracker({
    directory: extensions,
    variables: variablesOf(config),
    onCallEvent: (event) => told.push(event),
    ...(options.explain && { onUnsent: (unsent: Unsent) => told.push(unsent) }),
  });
  const sender = options.send ? createSendOne(config) : undefined;
  const seen = { events: 0, requests: 0 };
  const tell = async () => {
    for (const one of told.splice(0)) {
      if ('instead' in one) {
        // Each dial of a trunk says the same: once is enough.
        const said = `${one.instead} ${one.reason} ${one.channel}`;
        if (explained.has(said)) continue;
        explained.add(said);
        explain(`${timeOf(one.at)}  ${describeUnsent(one)}`);
        continue;
      }
      explain(`${timeOf(one.at)}${describeCallEvent(one)}`);
      const { rules, unused } = matchRules(one, extensions.rulesOf(one.leg.extension));
      for (const { rule, reason } of unused) {
        if (reason !== 'other event') explain(`    not sent: rule ${rule.id} is ${reason}`);
      }
      if (rules.length === 0 && unused.every(({ reason }) => reason === 'other event'))
        explain(`    not sent: ${one.leg.extension} has no rule \`on: ${one.event}\``);
      for (const rule of rules) {
        const request = requestOf(one, rule, defaults);
        seen.requests++;
        io.stdout(options.json ? `${jsonOf(request)}\n` : textOf(request));
        if (sender !== undefined) say((await sender.send(request)).text);
      }
    }
  };
  for await (const event of replay(log === '-' ? io.stdin : createReadStream(log))) {
    seen.events++;
    tracker.apply(event);
    if (told.length > 0) await tell();
  }
  tracker.settle();
  await tell();
  sender?.close();
  if (seen.events === 0) io.stderr(`${log}: holds no AMI event that is used; is it the text of an AMI session?\n`);
  for (const leg of tracker.openLegs())
    io.stderr(
      `${log}: at its end the ${leg.flow} leg of ${leg.extension} in call ${leg.call.callId} is still open: its Hangup is not in the log\n`,
    );
}

function jsonOf({ event, leg, eventId, method, url, params }: RuleRequest): string {
  return JSON.stringify({ event, extension: leg.extension, id: eventId, method, url, params });
}

function textOf({ event, leg, eventId, method, url, body }: RuleRequest): string {
  return `${titleOf(event)} ${leg.extension} (${eventId}): ${method} ${url}\n${body === undefined ? '' : `    ${body}\n`}`;
}

function timeOf(at: number | undefined): string {
  return at === undefined ? '' : `${new Date(at).toISOString().slice(11, 23)} `;
}
