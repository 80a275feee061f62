import { formatProblem } from '../../config/config-problem.ts';
import type { DeliveryRow, LastDelivery, MinuteCount, SuspendedRule } from '../../delivery/admin.ts';
import { problemsOf, warningsOf } from '../../metrics/health.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import { countsSince } from '../activity/delivery-counts.ts';
import { counted, hostOf } from '../activity/delivery-words.ts';
import type { UnknownChannel } from '../activity/unknown-channels.ts';
import { type Waiting, waitingOf } from '../activity/waiting-deliveries.ts';
import { barChart, barsOf } from '../render/chart.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html, nothing } from '../render/html.ts';
import { liveMark } from '../render/live-mark.ts';
import { lengthText, timeTag } from '../render/time.ts';
import type { PageRequest, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { incompleteNote } from './parts/incomplete-note.ts';
import { listTable } from './parts/list-table.ts';

const MOST_UNKNOWN = 20;
const HOUR_MS = 3_600_000;

/** The overview: whether the service works. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  router.page({
    path: '/',
    access: 'read',
    show: async (request) => ({ title: 'Overview', section: 'overview', body: await body(request, context, activity) }),
  });
}

async function body({ visitor }: PageRequest, context: WebContext, activity: Activity): Promise<Html> {
  const { history } = activity;
  const canWrite = visitor.access === 'write';
  // The page has to be shown even when the outbox cannot be read, for it reports that.
  const read = await Promise.all([
    history.minutes(),
    history.suspended(),
    history.failing(),
    waitingOf(context, activity),
  ]).catch((error: Error) => error);
  const unknown = activity.unknown.list((server) => context.extensions(server));
  return html`${liveMark()}
<div id="overview" data-live="leg delivery state">
${summary(context)}
${servers(context, activity)}
${incompleteNote(activity, context)}
${read instanceof Error ? html`<p class="error">Deliveries cannot be shown: ${read.message}</p>` : deliveries(read[0], read[3], context)}
${read instanceof Error ? nothing : attention(read[1], read[2], context, canWrite)}
${unknown.length > 0 && unknownSection(unknown, context, canWrite)}
</div>`;
}

function summary(context: WebContext): Html {
  const { state, configFile, href } = context;
  const problems = problemsOf(state);
  const warnings = warningsOf(state);
  const { refused } = state;
  return html`${
    problems.length === 0
      ? html`<p class="flash done"><span aria-hidden="true">✓</span> ${warnings.length === 0 ? 'It works: calls are watched, and requests are sent.' : 'It works, but something is to be corrected.'}</p>`
      : html`<div class="flash failed" role="alert"><p><span aria-hidden="true">✗</span> It does not work now.</p><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`
  }
${warnings.length > (refused === undefined ? 0 : 1) && html`<div class="problem"><ul>${warnings.slice(0, refused === undefined ? undefined : -1).map((warning) => html`<li>${warning}</li>`)}</ul></div>`}
${
  refused !== undefined &&
  html`<section class="problem"><h2>config.yaml has problems</h2>
<p>Until they are fixed, the service goes on with the configuration before. <a href="${href`/settings`}">Settings</a> shows it.</p>
<ul>${refused.problems.map((problem) => html`<li><code>${formatProblem(configFile, problem)}</code></li>`)}</ul></section>`
}`;
}

function servers(context: WebContext, { connections }: Activity): Html {
  const { state, config, href } = context;
  const busy = new Set(context.openLegs().map(({ server, extension }) => `${server}/${extension}`)).size;
  return html`<section><h2>Asterisk</h2>
${listTable(
  [{ title: 'Name' }, { title: 'State' }, { title: 'Since' }, { title: 'Last time without events' }],
  state.servers.map(({ server, connected, state: session }) => {
    const { since, lastGap } = connections.of(server);
    const configured = config.servers.find((one) => one.server === server);
    const name = server === '' ? (configured?.name ?? configured?.host ?? 'Asterisk') : server;
    return [
      name,
      html`<span class="state ${connected ? 'good' : 'bad'}"><span aria-hidden="true">${connected ? '✓' : '✗'}</span> ${connected ? 'connected' : `not connected (${session})`}</span>`,
      since === undefined ? 'before this page was started' : timeTag(since),
      lastGap === undefined
        ? 'none'
        : html`${lengthText(lastGap.length)}, until ${timeTag(lastGap.until)}: ${lastGap.reason}`,
    ];
  }),
)}
<p><a class="figure" href="${href`/calls`}"><b>${busy.toLocaleString('en')}</b> ${busy === 1 ? 'extension is' : 'extensions are'} in a call now</a></p>
</section>`;
}

function deliveries(
  minutes: readonly MinuteCount[],
  { count: waiting, isAll, oldestMs }: Waiting,
  { href }: WebContext,
): Html {
  const now = Date.now();
  const row = (words: string, since: string, from: number, bars: ReturnType<typeof barsOf>) => {
    const counts = countsSince(minutes, from);
    const cell = (name: DeliveryRow['state'], label: string) => {
      const count = counts[name];
      return html`<a href="${withQuery(href`/deliveries`, { state: name, since })}" aria-label="${count} ${label} in the ${words}">${count.toLocaleString('en')}</a>`;
    };
    const what = `Deliveries of the ${words}: ${counts.delivered} delivered, ${counts.pending} waiting, ${counts.dead} dead`;
    return [
      words,
      cell('delivered', 'delivered'),
      cell('pending', 'waiting'),
      cell('dead', 'dead'),
      barChart(bars, what, now),
    ];
  };
  return html`<section><h2>Deliveries</h2>
${listTable(
  [
    { title: 'Call events of the' },
    { title: 'Delivered', look: 'number' },
    { title: 'Waiting', look: 'number' },
    { title: 'Dead', look: 'number' },
    { title: 'Over time' },
  ],
  [
    row('last hour', '1h', now - HOUR_MS, barsOf(minutes, now, 1, 60)),
    row('last day', '24h', now - 24 * HOUR_MS, barsOf(minutes, now, 24, 60)),
  ],
)}
<p><a class="figure" href="${withQuery(href`/deliveries`, { state: 'pending' })}"><b>${isAll ? '' : 'at least '}${waiting.toLocaleString('en')}</b> waiting now</a>${waiting > 0 && oldestMs !== undefined && html`, the oldest for ${lengthText(oldestMs)}`}</p>
${minutes.length === 0 && html`<p class="empty">Nothing was sent in the last day. <a href="${href`/extensions`}">Add a Call Event to an extension</a>, then make a call.</p>`}
</section>`;
}

/** Suspended rules, and targets that fail. */
function attention(
  suspended: readonly SuspendedRule[],
  failing: readonly LastDelivery[],
  { href, redactor }: WebContext,
  canWrite: boolean,
): Html {
  const targets = [...Map.groupBy(failing, ({ target }) => target)];
  if (suspended.length === 0 && targets.length === 0) return nothing;
  return html`<section><h2>To do</h2>
${
  suspended.length > 0 &&
  html`<h3>Suspended rules</h3>
<p>Their receiver has answered 410 Gone: it wants no more of these. They send nothing until they are resumed.</p>
<ul class="todo">${suspended.map(
    ({
      ruleId,
      since,
      reason,
    }) => html`<li>Event ID <a href="${withQuery(href`/deliveries`, { rule: ruleId })}"><code>${ruleId}</code></a>, since ${timeTag(since)}: <span class="reason">${redactor.text(reason)}</span>
${canWrite && html`<form method="post" action="${href`/rules/${ruleId}/resume`}"><button>Resume ${ruleId}</button></form>`}</li>`,
  )}</ul>`
}
${
  targets.length > 0 &&
  html`<h3>Targets that fail</h3>
<ul class="todo">${targets.map(([target, all]) => targetLine(target, all))}</ul>`
}
</section>`;

  function targetLine(target: string, all: readonly LastDelivery[]): Html {
    const newest = all.reduce((last, one) => (one.createdAt > last.createdAt ? one : last));
    const dead = withQuery(href`/deliveries`, { target, state: 'dead' });
    return html`<li><a href="${withQuery(href`/deliveries`, { target })}">${hostOf(target)}</a>: the last delivery of ${counted(all.length, 'extension', 'extensions')} has failed
(${all.slice(0, 5).map(({ extension }, index) => html`${index > 0 && ', '}<a href="${withQuery(href`/deliveries`, { extension, target })}">${extension}</a>`)}${all.length > 5 && ' …'}): <span class="reason">${redactor.text(newest.reason ?? 'no answer')}</span>.
Fix the receiver, or the URL of the rule; then <a href="${dead}">look at its dead deliveries</a>${canWrite && html` or <a href="${withQuery(href`/deliveries/again`, { target, state: 'dead' })}">send them again</a>`}.</li>`;
  }
}

function unknownSection(unknown: readonly UnknownChannel[], { href }: WebContext, canWrite: boolean): Html {
  return html`<section><h2>Channels that belong to no extension</h2>
<p>For a trunk this is right. A phone among them sends nothing: it belongs under the channels of its extension.</p>
<ul class="todo">${unknown
    .slice(0, MOST_UNKNOWN)
    .map(
      ({ server, endpoint, calls, lastCallId }) =>
        html`<li><code>${endpoint}</code> was in ${counted(calls, 'call', 'calls')}${lastCallId !== undefined && html` (<a href="${withQuery(href`/calls/${lastCallId}`, { server })}">the last one<span class="unseen"> of ${endpoint}</span></a>)`}${canWrite && html`: <a href="${withQuery(href`/extensions/new`, { channel: endpoint })}">make it an extension<span class="unseen">: ${endpoint}</span></a>`}</li>`,
    )}</ul>
${unknown.length > MOST_UNKNOWN && html`<p class="hint">And ${counted(unknown.length - MOST_UNKNOWN, 'more', 'more')}.</p>`}
</section>`;
}
