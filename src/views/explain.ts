import { type CallEvent, describeTransfer } from '../calls/call-event.ts';
import type { SkippedEvent } from '../calls/skipped-event.ts';
import { endpointOf } from '../config/directory/endpoint.ts';
import type { Extensions } from '../config/directory/extensions.ts';
import { CALL_EVENT_TITLES, type CallEventName } from '../event-and-parameter-names.ts';
import type { Matched, UnusedRule } from '../rules/matcher.ts';
import type { RuleRequest } from '../rules/request.ts';
import { describeUnmet } from './condition-text.ts';

/** The event, and the channel and extension that it is about. */
export function describeCallEvent(
  { event, leg, params, channel, details }: CallEvent,
  extensions: Extensions,
): string[] {
  const { entry } = extensions.sourceOf(leg.extension);
  const whose = `${channel} ${partIn(extensions.kindOf(leg.extension))} ${leg.extension}${entry === leg.extension ? '' : `, by the pattern ${entry}`}`;
  return [
    `${CALL_EVENT_TITLES[event]}: ${whatHappened(event, leg, params)}`,
    [`${whose}; call ${params.CallID}`, ...describeTransfer(details)].join(', '),
  ];
}

/** The role of a channel for its leg's extension. */
function partIn(kind: ReturnType<Extensions['kindOf']>): string {
  switch (kind) {
    case 'queue':
      return 'is in the queue of extension';
    case 'line':
      return 'has come in on the line of extension';
    case 'phones':
      return 'is extension';
  }
}

function whatHappened(event: CallEventName, leg: CallEvent['leg'], params: CallEvent['params']): string {
  const { extension, flow } = leg;
  const caller = params.CallerExtension ?? params.CallerIDNum;
  switch (event) {
    case 'dial-in':
      return `${extension} is called by ${caller ?? 'a caller without a number'}`;
    case 'dial-out':
      return `${extension} calls ${params.CalledNumber ?? 'a number that is not known'}`;
    case 'answer-in':
      return params.CalledExtension === extension || params.CalledExtension === undefined
        ? `${extension} answers`
        : `${params.CalledExtension} answers the call to ${extension}`;
    case 'answer-out':
      return `${params.CalledExtension ?? params.CalledNumber ?? 'the other side'} answers the call of ${extension}`;
    case 'hangup':
      return `the call ${flow === 'IN' ? 'to' : 'of'} ${extension} ends, ${
        params.CallStatus === 'ANSWER' ? 'answered' : 'not answered'
      }`;
    case 'missed':
      return `${extension} missed the call of ${caller ?? 'a caller without a number'}`;
  }
}

/**
 * The rules that send a request for an event, and why the others do not.
 * @param withRequests whether the requests are shown as well
 */
export function describeRules(
  event: CallEvent,
  matched: Matched,
  requests: readonly RuleRequest[],
  extensions: Extensions,
  withRequests: boolean,
): string[] {
  const { from: ofPattern } = rulesFrom(event, extensions);
  const sent = requests.flatMap(({ ruleId, method, url, body, params: sentParams }) => [
    ...rewritten(event.params, sentParams),
    `rule ${ruleId}${ofPattern} sends${withRequests ? ` ${method} ${url}` : ''}`,
    ...(body === undefined || !withRequests ? [] : [`    ${body}`]),
  ]);
  return [...sent, ...describeUnsent(event, matched, extensions).map((why) => `not sent: ${why}`)];
}

/** Why requests are not sent for an event: for each rule that might; or, where none is sent, for the extension. */
export function describeUnsent(event: CallEvent, matched: Matched, extensions: Extensions): string[] {
  const { extension } = event.leg;
  const { key, from: ofPattern } = rulesFrom(event, extensions);
  const { rules, suspended, unused } = matched;
  const kept = unused.flatMap((one) => {
    const why = whyKept(one);
    return why === undefined ? [] : [`rule ${one.rule.id}${ofPattern} ${why}`];
  });
  if (rules.length + suspended.length + kept.length > 0) return kept;
  if (key === undefined) return [`${extension} has no events in the configuration, and no pattern gives it any`];
  const others = [...new Set(unused.map(({ rule }) => rule.on))];
  const has = others.length === 0 ? 'none at all' : `only ${others.join(', ')}`;
  const whose = ofPattern === '' ? '' : `; its rules are those${ofPattern}`;
  return [`${extension} has no rule \`on: ${event.event}\`${whose} (${has})`];
}

/** The place of an extension's rules: the key in config.yaml, and ` of _1XX` where the rules are a pattern's. */
function rulesFrom({ leg }: CallEvent, extensions: Extensions): { key: string | undefined; from: string } {
  const { rules: key } = extensions.sourceOf(leg.extension);
  return { key, from: key === undefined || key === leg.extension ? '' : ` of ${key}` };
}

/** Why a rule sends nothing for an event; absent: the rule is for another event. */
function whyKept(unused: UnusedRule): string | undefined {
  if (unused.reason === 'condition') return `has a condition: ${describeUnmet(unused.condition)}`;
  return unused.reason === 'disabled' ? 'is disabled' : undefined;
}

/** The numbers of a request that `numbers` has rewritten. */
function rewritten(given: CallEvent['params'], sent: Readonly<Record<string, string>>): string[] {
  return (['CallerIDNum', 'CalledNumber', 'CalledDID'] as const).flatMap((name) => {
    const [is, was] = [sent[name], given[name]];
    if (was === undefined || is === was) return [];
    return is === undefined || is === ''
      ? [`\`numbers\` leaves nothing of ${name} ${was}`]
      : [`\`numbers\` makes ${name} ${was} into ${is}`];
  });
}

/**
 * Explains to an administrator why something that looks like a call event is not one, and what to change if it should
 * be.
 * @param isKnown whether the same was printed for this endpoint before: then without advice
 */
export function describeSkipped(
  { expected, reason, channel, extension, detail }: SkippedEvent,
  isKnown: boolean,
): string[] {
  const who = extension === undefined ? channel : `${extension} (${channel})`;
  const lines = [`no ${CALL_EVENT_TITLES[expected]} for ${who}: ${describeReason(reason, channel, detail)}`];
  if (reason === 'no extension' && !isKnown)
    lines.push('if it is a phone, it belongs under the `channels` of its extension; for a trunk this is right');
  return lines;
}

function describeReason(reason: SkippedEvent['reason'], channel: string, detail: string | undefined): string {
  switch (reason) {
    case 'no extension':
      return `no extension has the channel ${endpointOf(channel)}`;
    case 'ignored number':
      return `${detail ?? 'the number'} matches \`ignore\` (a feature code)`;
    case 'originated':
      return 'Asterisk rings the phone by itself, as for click to call (AMI Originate, a call file); its Dial-Out comes when it has answered, and the second number is dialled or an application answers';
    case 'no number':
      return 'Originate named no number that the phone was to be connected with, and nobody was dialled for it';
    case 'joined':
      return 'it joins the call that is already open for this extension';
    case 'has a leg':
      return `it takes part in call ${detail ?? ''} already and dials on there (a transfer); the leg that is open goes on`;
    case 'went nowhere':
      return 'the caller hung up before the call went anywhere';
    case 'seen too late':
      return 'it was already answered when it was first seen: after a lost connection, at the start of the service or of the log';
    case 'ended after a gap':
      return 'it ended just after a lost connection, before it was known whether it called or picked up a call';
    case 'was called':
      return 'it was called and dials on (a transfer), which is no call of its own';
    case 'no line':
      return `it comes in on ${detail ?? 'a number'}, which is in no \`line\` of the configuration`;
    case 'no queue':
      return `the queue ${detail ?? ''} is no extension of the configuration`;
    case 'pickup':
      return "it picks up another phone's call, which is a Dial-In";
  }
}
