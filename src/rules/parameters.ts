import { type CallDetails, type CallEvent, legKeyOf } from '../calls/call-event.ts';
import type { Rule } from '../config/config.ts';
import type { NumberRewrite } from '../config/number-rewrite.ts';
import { CALL_PARAMETERS, EXTRA_PARAMETERS } from '../event-and-parameter-names.ts';
import { fillKnown, placeholdersOf } from './placeholders.ts';
import { rewriteNumbers } from './rewrite-numbers.ts';

/** The settings of rules that do not have their own. */
export interface RuleDefaults {
  parameters: readonly string[];
  profile: 'standard' | 'voipnow';
  variables: readonly string[];
  /** Name of the Asterisk, sent as `Asterisk`. */
  asterisk: string;
  /** Whether `Asterisk` is sent with every request: with several servers, a CallID alone does not identify a call. */
  namesAsterisk: boolean;
  rewrites: readonly NumberRewrite[];
}

/**
 * The parameters of one request, in order: VoipNow's, the extra ones that config.yaml names, channel variables, the
 * rule's own.
 */
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
  const asked = rule.parameters ?? defaults.parameters;
  for (const name of defaults.namesAsterisk ? new Set([...asked, 'Asterisk']) : asked) {
    const value = extraParameter(name, event, defaults);
    if (value !== undefined) params[name] = value;
  }
  for (const name of rule.variables ?? defaults.variables) {
    const value = event.details.variables?.[name];
    if (value !== undefined) params[name] = value;
  }
  // Most rules have none.
  return Object.keys(rule.params).length === 0 ? params : { ...params, ...ownParameters(event, rule, defaults) };
}

/** The rule's `params`, filled in. Their placeholders cannot name other `params`: that could be circular. */
function ownParameters(event: CallEvent, rule: Rule, defaults: RuleDefaults): Record<string, string> {
  const placeholders = placeholdersOf({ ...rule, params: {} }, defaults, () => knownParameters(event, defaults));
  const filled: Record<string, string> = {};
  for (const [name, template] of Object.entries(rule.params)) {
    const value = fillKnown(template, placeholders);
    if (value !== undefined) filled[name] = value;
  }
  return filled;
}

/** All values of an event, by the names of parameters and channel variables, whether a rule uses them or not. */
export function knownParameters(event: CallEvent, defaults: RuleDefaults): Record<string, string> {
  const { CallerIDNam, ...given } = rewriteNumbers(event.params, defaults.rewrites);
  const extra = EXTRA_PARAMETERS.flatMap((name) => {
    const value = extraParameter(name, event, defaults);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...event.details.variables,
    ...(CallerIDNam !== undefined && { CallerIDNam, CallerIDName: CallerIDNam }),
    ...given,
    ...Object.fromEntries(extra),
  };
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
      return event.event === 'hangup' || event.event === 'missed' ? hangupCause(details) : undefined;
    case 'DialStatus':
      return details.dialStatus;
    case 'TransferredBy':
      return details.transferredBy;
    case 'RelatedCallID':
      return details.relatedCallId;
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
