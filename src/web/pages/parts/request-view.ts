import type { RuleRequest } from '../../../rules/request.ts';
import type { SentRequest } from '../../../views/send-one.ts';
import type { TriedRule } from '../../editing/try-rule.ts';
import { type Html, html, nothing } from '../../render/html.ts';
import { durationText } from '../../render/time.ts';

/** The exact request with the values of a sample call. */
export function requestView({ request, unmet }: TriedRule): Html {
  return html`${
    unmet === undefined
      ? nothing
      : html`<p class="hint">For this call nothing would be sent: ${unmet}. If it were, this would be:</p>`
  }
${requestLines(request)}`;
}

function requestLines({ method, url, headers, body }: Pick<RuleRequest, 'method' | 'url' | 'headers' | 'body'>): Html {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return html`<pre class="request"><code>${[`${method} ${url}`, ...lines].join('\n')}${body !== undefined && `\n\n${body}`}</code></pre>`;
}

/** A sent request and its answer. */
export function sentView(sent: SentRequest): Html {
  const { method, url, headers, body, result, durationMs, outcome } = sent;
  const isGood = outcome.outcome === 'delivered';
  const what =
    result.kind === 'answer'
      ? `HTTP ${result.status} after ${durationText(durationMs)}`
      : `No answer: ${result.message}`;
  return html`<p class="flash ${isGood ? 'done' : 'failed'}" role="status"><span aria-hidden="true">${isGood ? '✓' : '✗'}</span> ${what}. ${isGood ? 'It would count as delivered.' : `${sent.next}.`}</p>
${sent.meaning !== undefined && html`<p>That means: ${sent.meaning.text}${sent.meaning.remedy !== undefined && `; so ${sent.meaning.remedy}`}.</p>`}
${requestLines({ method: method === 'POST' ? 'POST' : 'GET', url, headers: { ...headers }, ...(body !== undefined && { body }) })}
${result.kind === 'answer' && result.answer !== '' && html`<p class="hint">The answer</p><pre class="answer"><code>${result.answer}</code></pre>`}`;
}
