import type { AttemptView, DeliveryView, SuspendedRule } from '../../delivery/admin.ts';
import { answeredHeaders } from '../../views/delivery-view.ts';
import { describeNextRequest } from '../../views/next-request.ts';
import { activityOf } from '../activity/activity.ts';
import { discardOne, found, retryOne } from '../activity/delivery-actions.ts';
import { eventTitle, standingOf } from '../activity/delivery-words.ts';
import { triesOfRule } from '../activity/tries-of-rule.ts';
import { curlOf } from '../render/curl.ts';
import { type Href, withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import { liveMark } from '../render/live-mark.ts';
import { durationText, timeTag } from '../render/time.ts';
import type { PageRequest, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { reasonText, standing } from './parts/delivery-table.ts';
import { incompleteNote } from './parts/incomplete-note.ts';
import { suspendedNote } from './parts/suspended.ts';

/** The page of one delivery with all its attempts. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  const { href } = context;
  const pageOf = (id: string, callId: string | undefined): Href => withQuery(href`/deliveries/${id}`, { call: callId });
  router.page({
    path: '/deliveries/:id',
    access: 'read',
    async show({ params, query, visitor }) {
      const one = await found(activity, params.id ?? '', query.get('call') ?? undefined);
      const { delivery } = one;
      const suspended = (await activity.history.suspended()).find(({ ruleId }) => ruleId === delivery.ruleId);
      const title = `${eventTitle(delivery.event)} of ${delivery.extension}`;
      return {
        title,
        section: 'deliveries',
        body: html`${incompleteNote(activity, context)}${body({ ...one, suspended }, visitor, context)}`,
      };
    },
  });
  router.action({
    path: '/deliveries/:id/retry',
    access: 'write',
    async run({ params, form }) {
      const { delivery } = await found(activity, params.id ?? '', form.get('call') ?? undefined);
      const change = await retryOne(activity, delivery);
      return {
        seeOther: pageOf(delivery.id, delivery.callId),
        flash: { kind: 'done', text: 'It is sent again now, and tried as often as a new one.' },
        change,
      };
    },
  });
  router.action({
    path: '/deliveries/:id/discard',
    access: 'write',
    async run({ params, form }) {
      const { delivery } = await found(activity, params.id ?? '', form.get('call') ?? undefined);
      const change = await discardOne(activity, delivery);
      return {
        seeOther: pageOf(delivery.id, delivery.callId),
        flash: { kind: 'done', text: 'It is discarded: nothing more is sent for it.' },
        change,
      };
    },
  });
}

/** The label of its second time. */
const ENDED: Readonly<Record<DeliveryView['state'], string>> = {
  pending: 'Next try',
  delivered: 'Delivered',
  dead: 'Dead since',
};

interface Shown {
  delivery: DeliveryView;
  attempts: readonly AttemptView[];
  /** The delivery's rule, where that is suspended. */
  suspended: SuspendedRule | undefined;
}

function body(
  { delivery: one, attempts, suspended }: Shown,
  visitor: PageRequest['visitor'],
  context: WebContext,
): Html {
  const { href, config, redactor } = context;
  const own = redactor.forRequest(one);
  const tries = triesOfRule(config, one.ruleId, one.event);
  const headers = { ...own.fields(one.headers), 'webhook-id': one.id };
  const url = own.url(one.url);
  const sentBody = one.body === undefined ? undefined : own.body(one.body);
  return html`${liveMark()}
<div id="delivery" data-live="delivery">
${suspended !== undefined && suspendedNote(suspended, context, visitor.access === 'write', withQuery(href`/deliveries/${one.id}`, { call: one.callId }))}
<dl>
<dt>State</dt><dd>${standing(standingOf(one, Date.now(), tries))}${one.reason !== undefined && reasonText(own.text(one.reason))}</dd>
<dt>Extension</dt><dd><a href="${href`/extensions/${one.extension}`}">${one.extension}</a></dd>
<dt>Event ID</dt><dd><code>${one.ruleId}</code> <a href="${withQuery(href`/deliveries`, { rule: one.ruleId })}">its deliveries</a></dd>
<dt>Call</dt><dd><a href="${withQuery(href`/calls/${one.callId}`, { server: one.callEvent?.leg.server })}">the story of ${one.callId}</a></dd>
<dt>Happened</dt><dd>${timeTag(one.createdAt)}</dd>
<dt>${ENDED[one.state]}</dt><dd>${timeTag(one.state === 'pending' ? one.nextAttemptAt : one.settledAt)}</dd>
</dl>
${visitor.access === 'write' && actions(one, context)}
<h2>Request${attempts.length > 1 && html` <small>as it was made last</small>`}</h2>
<pre><code>${one.method} ${url}
${Object.entries(headers).map(
  ([name, value]) => html`${name}: ${value}
`,
)}${
  sentBody !== undefined &&
  html`
${sentBody}`
}</code></pre>
<details><summary>As a line for curl</summary>
<p class="hint">Secrets stand in it as ***: put them in before it is run.</p>
<pre data-copy><code>${curlOf({ method: one.method, url, headers, body: sentBody })}</code></pre></details>
${visitor.access === 'write' && html`<p class="hint whole">${firstUpper(describeNextRequest(one, config, own))}.</p>`}
<h2>Attempts</h2>
${attempts.length === 0 && html`<p class="empty">${one.state === 'pending' ? 'It was not tried yet.' : 'None: it became a dead letter without one.'}</p>`}
${attempts.toReversed().map((attempt) => attemptSection(attempt, own))}
</div>`;
}

function actions(one: DeliveryView, { href }: WebContext): Html {
  const call = html`<input type="hidden" name="call" value="${one.callId}">`;
  const words = one.state === 'pending' ? 'Try now' : 'Send again';
  return html`<div class="row">
<form method="post" action="${href`/deliveries/${one.id}/retry`}">${call}<button class="primary">${words}</button></form>
${one.state === 'pending' && html`<form method="post" action="${href`/deliveries/${one.id}/discard`}">${call}<button class="danger">Discard</button></form>`}
${one.state === 'dead' && html`<a class="button" href="${withQuery(href`/deliveries/again`, { state: 'dead', since: one.createdAt })}">Resend all failed since this one…</a>`}
</div>`;
}

const OUTCOMES: Readonly<Record<string, { words: string; kind: 'good' | 'bad' | 'wait'; sign: string }>> = {
  delivered: { words: 'delivered', kind: 'good', sign: '✓' },
  retry: { words: 'failed, tried again', kind: 'wait', sign: '…' },
  dead: { words: 'failed, not tried again', kind: 'bad', sign: '✗' },
};

function attemptSection(
  { number, at, durationMs, status, outcome, reason, answer, headers }: AttemptView,
  redactor: ReturnType<WebContext['redactor']['forRequest']>,
): Html {
  const shown = OUTCOMES[outcome] ?? { words: outcome, kind: 'wait' as const, sign: '' };
  const lines = headers === undefined ? [] : Object.entries(answeredHeaders(headers, redactor));
  return html`<section class="attempt">
<h3>Attempt ${number} ${standing(shown)}</h3>
<p>${timeTag(at)}, ${durationText(durationMs)}: ${status === undefined ? 'no answer' : `HTTP ${status}`}${reason !== undefined && html`. <span class="reason">${redactor.text(reason)}</span>`}</p>
${
  status !== undefined &&
  html`<details ${outcome !== 'delivered' && html`open`}><summary>Answer</summary>
<pre><code>HTTP ${status}
${lines.map(
  ([name, value]) => html`${name}: ${value}
`,
)}
${answer === undefined || answer === '' ? '(no body)' : redactor.text(answer)}</code></pre></details>`
}
</section>`;
}

const firstUpper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
