import type { Meaning } from '../../views/meaning.ts';
import type { SentRequest } from '../../views/send-one.ts';

/** A request and its answer, for a person. */
export function textOfSent({ method, url, headers, body, ...sent }: SentRequest): string {
  const lines = [
    `> ${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `> ${name}: ${value}`),
    ...(body === undefined ? [] : ['>', `> ${body}`]),
    ...answerLines(sent),
  ];
  return `${lines.join('\n')}\n\n`;
}

type Result = Pick<SentRequest, 'result' | 'durationMs' | 'outcome' | 'next' | 'meaning'>;

function answerLines({ result, durationMs, outcome, next, meaning }: Result) {
  const said = meaning === undefined ? [] : [`  ${sentence(meaning)}`];
  // A redirect's reason names where it points.
  const why = outcome.outcome === 'delivered' ? undefined : /^HTTP \d+: (.*)/.exec(outcome.reason)?.[1];
  if (result.kind === 'error') {
    const code = result.message.includes(result.code) ? '' : ` (${result.code})`;
    return [`< no answer after ${durationMs} ms: ${result.message.trim()}${code}`, ...said, `  The service: ${next}`];
  }
  const answer = result.answer.trimEnd();
  return [
    `< HTTP ${result.status} in ${durationMs} ms`,
    ...(answer === '' ? [] : answer.split(/\r?\n/).map((line) => `< ${line}`)),
    ...(why === undefined ? [] : [`  ${why}`]),
    ...said,
    ...(outcome.outcome === 'delivered' ? [] : [`  The service: ${next}`]),
  ];
}

function sentence({ text, remedy }: Meaning): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${remedy === undefined ? '' : `: ${remedy}`}`;
}
