import { CALL_PARAMETERS, EXTRA_PARAMETERS } from '../../call-event-names.ts';
import { literalSecrets } from '../../redact/literal-secrets.ts';
import type { RuleSettings } from '../config.ts';
import type { RawRule } from '../schema/schema.ts';
import type { CheckContext, Path } from './context.ts';
import { hasReference } from './secrets.ts';
import { checkUrl } from './url.ts';

/** A parameter as shells and other products write it: `$CallID`, `${CallID}`. */
const DOLLAR = new RegExp(`\\$\\{?(${[...CALL_PARAMETERS, ...EXTRA_PARAMETERS].join('|')})\\b`);

/** Headers that each request has from us; another value would be lost, or break the request. */
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
  const { fail, hint, resolveSecrets } = checking;
  const [, dollar] = DOLLAR.exec(rule.url) ?? [];
  if (dollar !== undefined) fail([...at, 'url'], `a parameter is written {${dollar}}, without the "$"`);
  const url = dollar === undefined ? resolveSecrets(rule.url, [...at, 'url']) : '';
  const own = [...(rule.variables ?? variables), ...Object.keys(rule.params)];
  if (url !== '')
    checkUrl(
      url,
      own,
      (message) => fail([...at, 'url'], message),
      (message) => hint([...at, 'url'], message),
    );
  if (rule.method === 'GET' && rule.body === 'json')
    fail([...at, 'body'], 'a GET has no body; expected method: POST beside body: json');
  if (rule.variables !== undefined) checkVariables(rule.variables, [...at, 'variables'], checking);
  if (rule.retry?.tries !== undefined) checkTries(rule.retry.tries, [...at, 'retry', 'tries'], checking);
  const headers = Object.fromEntries(
    Object.entries(rule.headers).map(([name, value]) => [name, checkHeader(name, value, at, checking)]),
  );
  const params = Object.fromEntries(
    Object.entries(rule.params).map(([name, value]) => [name, checkParam(name, value, at, checking)]),
  );
  for (const secret of literalSecrets(url, [...Object.entries(headers), ...Object.entries(params)]))
    checking.keepSecret(secret);
  const signing = rule.signing && checkSigning(rule.signing, [...at, 'signing'], checking);
  return { ...rule, url, headers, params, ...(signing && { signing }) };
}

function checkHeader(name: string, given: string, at: Path, { fail, failKey, resolveSecrets }: CheckContext): string {
  const where = [...at, 'headers', name];
  const value = resolveSecrets(given, where);
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) failKey([...at, 'headers'], name, 'is no name of a header');
  else if (OUR_HEADERS.includes(name.toLowerCase())) failKey([...at, 'headers'], name, 'is set by call-events itself');
  // What a header may contain; anything else would fail each attempt.
  if (/[\r\n]/.test(value)) fail(where, 'holds a line end');
  else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) fail(where, 'holds a character that a header cannot have');
  return value;
}

function checkParam(name: string, given: string, at: Path, { failKey, resolveSecrets }: CheckContext): string {
  const value = resolveSecrets(given, [...at, 'params', name]);
  if (name === '') failKey([...at, 'params'], name, 'a parameter needs a name');
  else if (CALL_PARAMETERS.some((one) => one === name))
    failKey([...at, 'params'], name, "is the call's own parameter; choose another name");
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
