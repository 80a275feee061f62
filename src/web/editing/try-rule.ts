import type { CallEvent } from '../../calls/call-event.ts';
import type { Rule } from '../../config/config.ts';
import type { CallEventName } from '../../event-and-parameter-names.ts';
import { Redactor } from '../../redact/redactor.ts';
import { matchRules } from '../../rules/matcher.ts';
import { type RuleRequest, requestOf } from '../../rules/request.ts';
import { ruleDefaultsOf } from '../../rules/rule-defaults.ts';
import { describeUnmet } from '../../views/condition-text.ts';
import { redactRequest } from '../../views/redact-request.ts';
import { sampleEvent } from '../../views/sample-event.ts';
import { createSendOne, type SentRequest } from '../../views/send-one.ts';
import type { WebContext } from '../web-context.ts';

/** The request of a rule for a sample call. */
export interface TriedRule {
  /** Without secrets. */
  request: RuleRequest;
  /** The condition that keeps it from being sent for this call; absent: it would be sent. */
  unmet: string | undefined;
}

/** The extension that a sample is made for. */
export interface SampledExtension {
  /** For a pattern, a number that it matches. */
  name: string;
  /** The server whose own extension it is; absent: it is there for all servers. */
  server: string | undefined;
  /** The queue that it stands for; absent: none. */
  queue?: string;
}

/**
 * @param rule as it would be active, with its secrets
 * @param secrets that the configuration would have with it
 */
export function tryRule(
  context: WebContext,
  extension: SampledExtension,
  rule: Rule,
  secrets: readonly string[],
): TriedRule {
  const { sample, unmet } = sampleFor(context, extension, rule);
  const request = requestOf(sample, rule, ruleDefaultsOf(context.config));
  const shown = redactRequest(redactRequest(request, new Redactor(secrets)), context.redactor);
  return { request: shown, unmet };
}

/** Sends it for real, once, outside of the outbox. */
export async function sendRule(
  context: WebContext,
  extension: SampledExtension,
  rule: Rule,
  secrets: readonly string[],
): Promise<SentRequest> {
  const { config } = context;
  const { sample } = sampleFor(context, extension, rule);
  const entry = { key: extension.name, pattern: undefined, channels: undefined, did: undefined, notes: undefined };
  const sender = createSendOne({
    ...config,
    extensions: [{ ...entry, queue: undefined, line: undefined, rules: [rule] }],
    secrets: [...config.secrets, ...secrets],
  });
  try {
    return await sender.send(requestOf(sample, rule, ruleDefaultsOf(config)));
  } finally {
    sender.close();
  }
}

/** A sample call that meets the rule's conditions, if there is one; else another sample. */
function sampleFor(
  context: WebContext,
  extension: SampledExtension,
  rule: Rule,
): { sample: CallEvent; unmet: string | undefined } {
  const { config } = context;
  const { name, server, queue } = extension;
  const did = context.extensions(server).ofNumber(name)?.did;
  const event: CallEventName = rule.on;
  const samples = (event === 'hangup' ? [true, false] : [true]).map((isAnswered) =>
    sampleEvent({ event, extension: name, isAnswered, at: Date.now(), did, queue }),
  );
  const [first] = samples;
  if (first === undefined) throw new Error('there is no sample');
  const enabled: Rule = { ...rule, status: 'enabled' };
  const tried = samples.map((sample) => ({
    sample,
    unused: matchRules(sample, [enabled], ruleDefaultsOf(config)).unused[0],
  }));
  const fitting = tried.find(({ unused }) => unused === undefined);
  if (fitting !== undefined) return { sample: fitting.sample, unmet: undefined };
  const unused = tried[0]?.unused;
  return { sample: first, unmet: unused?.reason === 'condition' ? describeUnmet(unused.condition) : undefined };
}
