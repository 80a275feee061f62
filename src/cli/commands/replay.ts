import { createReadStream } from 'node:fs';
import { type RecordingObserver, readRecording } from '../../ami/recording/read-recording.ts';
import { describeFormat } from '../../ami/recording/recording-format.ts';
import { replay } from '../../ami/replay.ts';
import type { CallEvent } from '../../calls/call-event.ts';
import type { SkippedEvent } from '../../calls/skipped-event.ts';
import { Tracker } from '../../calls/tracker.ts';
import { variablesOf } from '../../config/ami-rights.ts';
import { serverOf } from '../../config/ami-settings.ts';
import type { Config } from '../../config/config.ts';
import { endpointOf } from '../../config/directory/endpoint.ts';
import { Extensions } from '../../config/directory/extensions.ts';
import { loadConfig } from '../../config/load.ts';
import { CALL_EVENT_TITLES } from '../../event-and-parameter-names.ts';
import { printableJson } from '../../printable.ts';
import { Redactor } from '../../redact/redactor.ts';
import { matchRules } from '../../rules/matcher.ts';
import type { RuleDefaults } from '../../rules/parameters.ts';
import { type RuleRequest, requestOf } from '../../rules/request.ts';
import { ruleDefaultsOf } from '../../rules/rule-defaults.ts';
import { describeCallEvent, describeRules, describeSkipped } from '../../views/explain.ts';
import { redactRequest } from '../../views/redact-request.ts';
import { createSendOne, type SentRequest } from '../../views/send-one.ts';
import { unsupportedInput } from '../input/detect-input.ts';
import { describeFileError } from '../terminal/file-error.ts';
import { EXIT, type Io } from '../terminal/io.ts';
import { textOfSent } from '../terminal/sent-text.ts';
import { Timeline } from '../terminal/timeline.ts';

export interface ReplayOptions {
  config: string;
  json?: boolean;
  explain?: boolean;
  /** Really sends each request, and waits for its answer before the next. */
  send?: boolean;
  /** The server that was recorded; left out: the only one. */
  server?: string;
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
  const server =
    config.servers.length === 0 && options.server === undefined ? '' : serverOf(config, options.server).server;
  const sender = options.send ? createSendOne(config) : undefined;
  let failed = false;
  for (const log of logs) {
    if (io.signal.aborted) break;
    if (logs.length > 1 && !options.json) io.stdout(`== ${log}\n`);
    const wrong = await new LogReplay(log, config, { ...options, server }, sender, io).run();
    if (wrong === undefined) continue;
    io.stderr(`${log}: ${wrong}\n`);
    failed = true;
  }
  sender?.close();
  return failed ? EXIT.failed : EXIT.ok;
}

/** A file of another kind has many lines that cannot be read. */
const MOST_UNREADABLE = 10;

/** One log: its own calls, under the same configuration. */
class LogReplay {
  readonly #log: string;
  readonly #redactor: Redactor;
  readonly #options: ReplayOptions;
  readonly #sender: ReturnType<typeof createSendOne> | undefined;
  readonly #io: Io;
  readonly #extensions: Extensions;
  readonly #defaults: RuleDefaults;
  readonly #tracker: Tracker;
  /** The results of the last AMI event. */
  readonly #fresh: (CallEvent | SkippedEvent)[] = [];
  readonly #timeline: Timeline;
  readonly #printed = new Set<string>();
  #hasBytes = false;
  readonly #count = { amiEvents: 0, callEvents: 0, requests: 0, failed: 0, unreadable: 0 };

  constructor(
    log: string,
    config: Config,
    options: ReplayOptions,
    sender: ReturnType<typeof createSendOne> | undefined,
    io: Io,
  ) {
    this.#log = log;
    this.#redactor = new Redactor(config.secrets);
    this.#options = options;
    this.#sender = sender;
    this.#io = io;
    this.#extensions = new Extensions(config, options.server);
    this.#defaults = ruleDefaultsOf(config, options.server);
    this.#timeline = new Timeline(options.json ? io.stderr : io.stdout);
    this.#tracker = new Tracker({
      server: options.server ?? '',
      directory: this.#extensions,
      variables: variablesOf(config),
      onCallEvent: (event) => this.#fresh.push(event),
      ...(options.explain && { onSkipped: (skipped: SkippedEvent) => this.#fresh.push(skipped) }),
    });
  }

  /** @returns the problem of the log; absent when it could be replayed */
  async run(): Promise<string | undefined> {
    const { signal, stdin } = this.#io;
    try {
      const bytes = this.#log === '-' ? stdin : createReadStream(this.#log, { signal });
      for await (const event of replay(readRecording(this.#look(bytes), this.#observer))) {
        this.#count.amiEvents++;
        this.#tracker.apply(event);
        if (this.#fresh.length > 0) await this.#print();
        if (signal.aborted) break;
      }
    } catch (error) {
      if (error instanceof UnsupportedInputError) return error.message;
      if (!signal.aborted) {
        const words = describeFileError(error);
        if (words === undefined) throw error;
        return `cannot be read: ${words}`;
      }
    }
    this.#tracker.finish();
    await this.#print();
    this.#printEnd();
    return this.#count.failed > 0 ? `${this.#count.failed} requests failed` : undefined;
  }

  get #observer(): RecordingObserver {
    return {
      format: (format) => {
        const taken = describeFormat(format);
        if (taken !== undefined) this.#io.stderr(`${this.#log}: ${taken}\n`);
      },
      unreadable: (line, problem) => {
        this.#count.unreadable++;
        if (this.#count.unreadable <= MOST_UNREADABLE)
          this.#io.stderr(`${this.#log}:${line}: is passed over: ${problem}\n`);
      },
    };
  }

  async *#look(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
    for await (const chunk of bytes) {
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const other = this.#hasBytes ? undefined : unsupportedInput(piece);
      if (other !== undefined) throw new UnsupportedInputError(`cannot be replayed: ${other}`);
      this.#hasBytes ||= piece.length > 0;
      yield chunk;
    }
  }

  async #print(): Promise<void> {
    for (const one of this.#fresh.splice(0)) {
      if ('expected' in one) this.#printSkipped(one);
      else await this.#printCallEvent(one);
    }
  }

  #printSkipped(skipped: SkippedEvent): void {
    const { expected, reason, channel, at } = skipped;
    // Each dial of a trunk would print the same explanation: once is enough.
    if (!this.#remember(`${expected} ${reason} ${channel}`)) return;
    const isKnown = !this.#remember(`${reason} ${endpointOf(channel)}`);
    this.#timeline.print(at, describeSkipped(skipped, isKnown));
  }

  async #printCallEvent(event: CallEvent): Promise<void> {
    this.#count.callEvents++;
    const { explain, json } = this.#options;
    const matched = matchRules(event, this.#extensions.rulesOf(event.leg.extension), this.#defaults);
    const requests = matched.rules.map((rule) => requestOf(event, rule, this.#defaults));
    const shown = requests.map((request) => redactRequest(request, this.#redactor));
    if (explain) {
      const rules = describeRules(event, matched, shown, this.#extensions, !json);
      this.#timeline.print(event.at, [...describeCallEvent(event, this.#extensions), ...rules]);
    }
    for (const [index, request] of requests.entries()) {
      this.#count.requests++;
      const printed = shown[index] ?? request;
      if (json) this.#io.stdout(`${jsonOf(printed)}\n`);
      else if (!explain) this.#io.stdout(textOf(printed));
      if (this.#sender !== undefined) this.#report(await this.#sender.send(request));
    }
  }

  #report(sent: SentRequest): void {
    if (sent.outcome.outcome !== 'delivered') this.#count.failed++;
    (this.#options.json ? this.#io.stderr : this.#io.stdout)(textOfSent(sent));
  }

  #printEnd(): void {
    const { amiEvents, callEvents, requests, unreadable } = this.#count;
    const { stderr } = this.#io;
    if (unreadable > MOST_UNREADABLE)
      stderr(`${this.#log}: ${unreadable - MOST_UNREADABLE} more lines are passed over\n`);
    if (!this.#hasBytes) stderr(`${this.#log}: is empty\n`);
    else if (amiEvents === 0)
      stderr(`${this.#log}: holds no AMI event that is used; is it the text of an AMI session?\n`);
    for (const { flow, extension, call } of this.#tracker.openLegs())
      stderr(
        `${this.#log}: at its end the ${flow} leg of ${extension} in call ${call.callId} is still open: its Hangup is not in the log\n`,
      );
    if (this.#options.explain && amiEvents > 0)
      (this.#options.json ? stderr : this.#io.stdout)(
        `${amiEvents} AMI events, ${callEvents} call events, ${requests} requests\n`,
      );
  }

  /** @returns whether it is new */
  #remember(printed: string): boolean {
    return this.#printed.size < this.#printed.add(printed).size;
  }
}

class UnsupportedInputError extends Error {
  override readonly name = 'UnsupportedInputError';
  readonly code = 'UNSUPPORTED_INPUT';
}

/** Has the body only where it is the rule's own: otherwise it has the same values as `params`. */
function jsonOf({ event, leg, ruleId, method, url, params, body, ownBody }: RuleRequest): string {
  const own = ownBody && body !== undefined && { body: JSON.parse(body) };
  return printableJson(JSON.stringify({ event, extension: leg.extension, id: ruleId, method, url, params, ...own }));
}

function textOf({ event, leg, ruleId, method, url, body }: RuleRequest): string {
  return `${CALL_EVENT_TITLES[event]} of ${leg.extension}, rule ${ruleId}: ${method} ${url}\n${body === undefined ? '' : `    ${body}\n`}`;
}
