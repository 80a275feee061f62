import type { SentRequest } from '../views/send-one.ts';

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

function answerLines({ result, durationMs, outcome }: Pick<SentRequest, 'result' | 'durationMs' | 'outcome'>) {
  const next = outcome.outcome === 'retry' ? 'the service would try again' : 'the service would not try again';
  if (result.kind === 'error') {
    const code = result.message.includes(result.code) ? '' : ` (${result.code})`;
    return [`< no answer after ${durationMs} ms: ${result.message.trim()}${code}`, `  ${next}`];
  }
  const answer = result.answer.trimEnd();
  return [
    `< HTTP ${result.status} in ${durationMs} ms`,
    ...(answer === '' ? [] : answer.split(/\r?\n/).map((line) => `< ${line}`)),
    ...(outcome.outcome === 'delivered' ? [] : [`  ${next}: ${outcome.reason}`]),
  ];
}
