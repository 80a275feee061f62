import { CALL_PARAMETERS, EXTRA_PARAMETERS } from '../call-event-names.ts';
import { type CallDetails, type CallEvent, legKeyOf } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';
import { type NumberRewrite, rewriteNumbers } from './number-rewrite.ts';

/** What applies to all rules where a rule does not say otherwise. */
export interface RuleDefaults {
  parameters: readonly string[];
  profile: 'standard' | 'voipnow';
  variables: readonly string[];
  /** Name of the Asterisk, sent as `Asterisk`. */
  asterisk: string;
  rewrites: readonly NumberRewrite[];
}

/** The parameters of one request, in order: VoipNow's, those that are asked for, channel variables, fixed ones. */
export function parametersOf(event: CallEvent, rule: Rule, defaults: RuleDefaults): Record<string, string> {
  const given = rewriteNumbers(event.params, defaults.rewrites);
  const voipnow = (rule.profile ?? defaults.profile) === 'voipnow';
  const params: Record<string, string> = {};
  for (const name of CALL_PARAMETERS) {
    const value = given[name];
    if (value !== undefined) params[name] = value;
    else if (voipnow) params[name] = '';
    if (voipnow && name === 'CallerIDNam') params.CallerIDName = value ?? '';
  }
  if (voipnow) params.CallFlow = event.params.CallFlow.toLowerCase();
  for (const name of rule.parameters ?? defaults.parameters) {
    const value = extraParameter(name, event, defaults);
    if (value !== undefined) params[name] = value;
  }
  for (const name of rule.variables ?? defaults.variables) {
    const value = event.details.variables?.[name];
    if (value !== undefined) params[name] = value;
  }
  return { ...params, ...rule.params };
}

/**
 * What placeholders in a URL stand for: whatever the request sends, and all else that is known of the event, whether the
 * rule asks for it as a parameter or not.
 */
export function placeholdersOf(
  event: CallEvent,
  sent: Record<string, string>,
  defaults: RuleDefaults,
): Record<string, string> {
  const extra = EXTRA_PARAMETERS.flatMap((name) => {
    const value = extraParameter(name, event, defaults);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { CallerIDName: sent.CallerIDNam ?? '', ...Object.fromEntries(extra), ...event.details.variables, ...sent };
}

function extraParameter(name: string, event: CallEvent, defaults: RuleDefaults): string | undefined {
  const { details, leg } = event;
  switch (name) {
    case 'EventType':
      return event.event;
    case 'EventTime':
      return event.at === undefined ? undefined : new Date(event.at).toISOString();
    case 'LegID':
      return legKeyOf(leg);
    case 'Duration':
      return seconds(details.durationMs);
    case 'TalkTime':
      return seconds(details.talkMs);
    case 'HangupCause':
      return event.event === 'hangup' ? hangupCause(details) : undefined;
    case 'DialStatus':
      return details.dialStatus;
    case 'TransferredBy':
      return details.transferredBy;
    case 'Queue':
      return details.queue;
    case 'Asterisk':
      return defaults.asterisk;
    default:
      return undefined;
  }
}

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : String(Math.round(ms / 1000)));

/** `16 Normal Clearing` */
function hangupCause({ cause, causeText }: CallDetails): string | undefined {
  return cause === undefined ? undefined : `${cause} ${causeText ?? ''}`.trim();
}
