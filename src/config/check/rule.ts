import { CALL_PARAMETERS } from '../../event-and-parameter-names.ts';
import { secretsInRule } from '../../redact/find-secrets.ts';
import type { RuleSettings } from '../config.ts';
import { escapeTemplate, parseTemplate } from '../placeholder-syntax.ts';
import { hasReference } from '../resolve-references.ts';
import type { RawRule } from '../schema/schema.ts';
import type { CheckContext, Path } from './check-context.ts';
import { checkJsonBody, textsOfBody } from './json-body.ts';
import { dollarIn, wrongPlaceholder } from './placeholders.ts';
import { checkReceiverTls } from './receivers.ts';
import { checkUrl } from './url.ts';
import { checkWhen } from './when.ts';

/** Headers that the service sets itself; another value would be lost, or break the request. */
const OUR_HEADERS = [
  'x-event-id',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'content-length',
  'transfer-encoding',
  'connection',
];

/**
 * @param at where the rule stands
 * @param variables names of the channel variables that every rule sends
 */
export function checkRule(rule: RawRule, at: Path, variables: readonly string[], checking: CheckContext): RuleSettings {
  const { fail, hint, hintKey, resolveSecrets } = checking;
  const read = rule.variables ?? variables;
  const own = [...read, ...Object.keys(rule.params)];
  const dollar = dollarIn(rule.url);
  if (dollar !== undefined) fail([...at, 'url'], dollar);
  const url = dollar === undefined ? resolveSecrets(rule.url, [...at, 'url']) : '';
  if (url !== '')
    checkUrl(
      url,
      own,
      (message) => fail([...at, 'url'], message),
      (message) => hint([...at, 'url'], message),
    );
  if (rule.variables !== undefined) checkVariables(rule.variables, [...at, 'variables'], checking);
  if (rule.retry?.tries !== undefined) checkTries(rule.retry.tries, [...at, 'retry', 'tries'], checking);
  const headers = mapValues(rule.headers, (value, name) => checkHeader(name, value, at, own, checking));
  const params = mapValues(rule.params, (value, name) => checkParam(name, value, at, read, checking));
  const body = checkBody(rule.body, at, own, checking);
  if (rule.method === 'GET' && body !== 'form')
    fail([...at, 'body'], `a GET has no body; expected method: POST beside body${body === 'json' ? ': json' : ''}`);
  if (typeof body === 'object')
    for (const key of ['parameters', 'profile'] as const)
      if (rule[key] !== undefined) hintKey(at, key, 'is not sent: the body is your own, and has what its texts name');
  const when = checkWhen(rule, at, read, checking);
  const fields = [...Object.entries(headers), ...Object.entries(params), ...textsOfBody(body)];
  for (const secret of secretsInRule(url, fields.map(asWritten))) checking.keepSecret(secret);
  const signing = rule.signing && checkSigning(rule.signing, [...at, 'signing'], checking);
  const tls = rule.tls && checkReceiverTls(rule.tls, [...at, 'tls'], checking);
  return { ...rule, url, headers, params, body, when, ...(signing && { signing }), ...(tls && { tls }) };
}

const mapValues = (map: Record<string, string>, change: (value: string, key: string) => string) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));

/** A header or parameter as it is sent. With a placeholder: as it is written. */
const asWritten = ([name, text]: [string, string]): [string, string] => {
  const [only, ...more] = parseTemplate(text);
  return [name, only?.kind === 'text' && more.length === 0 ? only.text : text];
};

/** A text with placeholders, and with its secrets. */
function checkText(text: string, at: Path, own: readonly string[], { fail, resolveSecrets }: CheckContext): string {
  const wrong = dollarIn(text);
  if (wrong !== undefined) {
    fail(at, wrong);
    return '';
  }
  // A brace in a secret is no placeholder.
  const value = resolveSecrets(text, at, escapeTemplate);
  const misplaced = wrongPlaceholder(value, own);
  if (misplaced !== undefined) fail(at, misplaced);
  return value;
}

function checkBody(
  body: RawRule['body'],
  at: Path,
  own: readonly string[],
  checking: CheckContext,
): RuleSettings['body'] {
  if (body === 'form' || body === 'json') return body;
  return checkJsonBody(body, [...at, 'body'], (text, where) => checkText(text, where, own, checking), checking);
}

function checkHeader(name: string, given: string, at: Path, own: readonly string[], checking: CheckContext): string {
  const { fail, failKey } = checking;
  const where = [...at, 'headers', name];
  const value = checkText(given, where, own, checking);
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) failKey([...at, 'headers'], name, 'is no name of a header');
  else if (OUR_HEADERS.includes(name.toLowerCase())) failKey([...at, 'headers'], name, 'is set by call-events itself');
  if (/[\r\n]/.test(value)) fail(where, 'holds a line end');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a header cannot have
  else if (/[\x00-\x08\x0b-\x1f\x7f]/.test(value)) fail(where, 'holds a character that a header cannot have');
  return value;
}

function checkParam(
  name: string,
  given: string,
  at: Path,
  variables: readonly string[],
  checking: CheckContext,
): string {
  const value = checkText(given, [...at, 'params', name], variables, checking);
  if (name === '') checking.failKey([...at, 'params'], name, 'a parameter needs a name');
  else if (CALL_PARAMETERS.some((one) => one === name))
    checking.failKey([...at, 'params'], name, "is the call's own parameter; choose another name");
  return value;
}

export function checkVariables(names: readonly string[], at: Path, { fail }: CheckContext): void {
  names.forEach((name, index) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
    const [bare] = /[A-Za-z_][A-Za-z0-9_]*/.exec(name) ?? ['CRM_ID'];
    fail([...at, index], `"${name}": expected the bare name of a channel variable, such as ${bare}`);
  });
}

export function checkTries(tries: readonly number[], at: Path, { fail }: CheckContext): void {
  const index = tries.findIndex((time, here) => time < (tries[here - 1] ?? 0));
  if (index > 0) fail([...at, index], 'is earlier than the one before it; all times count from the event');
}

export function checkSigning(
  signing: { secrets: string[] },
  at: Path,
  { fail, resolveSecrets, keepSecret }: CheckContext,
) {
  const secrets = signing.secrets.map((secret, index) => {
    const path = [...at, 'secrets', index];
    const value = resolveSecrets(secret, path);
    if (value !== '' && !hasReference(value)) keepSecret(value);
    if (value !== '' && !hasReference(value) && !/^(whsec_)?[A-Za-z0-9+/]{16,}={0,2}$/.test(value))
      fail(path, 'expected a secret as Standard Webhooks has it: whsec_ and base64 (head -c 32 /dev/urandom | base64)');
    return value;
  });
  return { secrets };
}
