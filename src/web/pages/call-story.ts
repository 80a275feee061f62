import type { DeliveryRow } from '../../delivery/admin.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import { counted, eventTitle, hostOf, type Standing, standingOf } from '../activity/delivery-words.ts';
import { readResults } from '../activity/read-results.ts';
import type { Sent, Story, StoryEntry } from '../activity/story.ts';
import { triesOfRule } from '../activity/tries-of-rule.ts';
import { backticksToCode } from '../render/backticks-to-code.ts';
import { type Href, withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import { liveMark } from '../render/live-mark.ts';
import { cut } from '../render/short.ts';
import { clockTag, durationText, timeTag } from '../render/time.ts';
import type { PageRequest, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { callLength, callState, memoryText } from './calls.ts';
import { deliveryTable, reasonText, standing } from './parts/delivery-table.ts';
import { incompleteNote } from './parts/incomplete-note.ts';

const ROWS = 200;

/** The page of one call: its events, the requests sent for them, and the rules that sent nothing, with reasons. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  router.page({
    path: '/calls/:callId',
    access: 'read',
    async show(request) {
      const callId = request.params.callId ?? '';
      const [story, ...others] = activity.stories.find(callId, request.query.get('server') || undefined);
      if (story !== undefined) {
        await readResults([story], activity, context);
        const body = html`${incompleteNote(activity, context)}${othersNote(others, context)}${storyBody(story, request, context)}`;
        return { title: titleOf(story), section: 'calls', body };
      }
      const { rows } = await activity.history.page({ callId }, ROWS);
      return {
        title: cut(`Call ${callId}`),
        section: 'calls',
        status: rows.length > 0 ? 200 : 404,
        body: html`${incompleteNote(activity, context)}${forgottenBody(rows, request, context, activity)}`,
      };
    },
  });
}

/** The address of a story. @param server empty where there is only one */
const storyHref = ({ href }: Pick<WebContext, 'href'>, callId: string, server: string | undefined): Href =>
  withQuery(href`/calls/${callId}`, { server });

/** Shown when the address names no server, and several have a call with this CallID. */
function othersNote(others: readonly Story[], context: WebContext): Html {
  if (others.length === 0) return html``;
  return html`<p class="hint">Calls of other servers have this CallID too: ${others.map(({ callId, server }, index) => html`${index > 0 && ', '}<a href="${storyHref(context, callId, server)}">that of ${server}</a>`)}.</p>`;
}

const titleOf = ({ call, callId }: Story) => cut(`Call ${call ?? callId}`);

function storyBody(story: Story, { visitor }: PageRequest, context: WebContext): Html {
  const { href } = context;
  const length = callLength(story);
  const byExtension = Map.groupBy(
    story.entries.filter(({ extension }) => extension !== undefined),
    ({ extension }) => extension ?? '',
  );
  return html`${liveMark()}
<div id="story" data-live="leg delivery">
<p>${callState(story)}. CallID <code>${story.callId}</code>${story.server !== '' && html` on <code>${story.server}</code>`}, began ${timeTag(story.startedAt)}${length !== '' && `, ${length}`}. <a href="${withQuery(href`/deliveries`, { callId: story.callId })}">Its deliveries</a></p>
<h2>Each extension</h2>
${byExtension.size === 0 && html`<p class="empty">No extension took part in this call. The time line shows whose channels it had: if one of them is a phone, it belongs under the <code>channels</code> of its extension.</p>`}
${[...byExtension].map(([extension, entries]) => extensionSection(extension, entries, visitor.access === 'write', context))}
<h2>Time line</h2>
<ol class="timeline">
${story.entries.map((entry) => timelineItem(entry, context))}
</ol>
${story.leftOut > 0 && html`<p class="hint">${counted(story.leftOut, 'more entry', 'more entries')} came, for which there was no room.</p>`}
</div>`;
}

/** The requests that an extension sent in the call, and the rules that sent nothing, with reasons. */
function extensionSection(
  extension: string,
  entries: readonly StoryEntry[],
  canWrite: boolean,
  context: WebContext,
): Html {
  const { href } = context;
  const isNothing = entries.every(({ sent }) => sent.length === 0);
  const unsent = entries.flatMap((entry) => {
    const whys = entry.isSkipped ? entry.what.slice(0, 1) : entry.unsent;
    return whys.map((why) => ({ entry, why }));
  });
  return html`<section class="story-of">
<h3><a href="${href`/extensions/${extension}`}">${extension}</a>${isNothing && html` <span class="state wait"><span aria-hidden="true">–</span> nothing was sent</span>`}</h3>
<ul>
${entries.flatMap((entry) => entry.sent.map((sent) => html`<li>${eventTitle(entry.event)}: ${sentLine(sent, entry, context)}</li>`))}
${unsent.map(({ entry, why }) => html`<li class="unsent">${!entry.isSkipped && html`${eventTitle(entry.event)} not sent: `}${backticksToCode(why)}${!entry.isSkipped && canWrite && html`. ${remedy(entry, context)}`}</li>`)}
</ul>
</section>`;
}

/** Links to the pages where the next call's requests can be set up. */
function remedy({ extension = '', event, server }: StoryEntry, { href, extensions }: WebContext): Html {
  const rules = extensions(server === '' ? undefined : server).rulesOf(extension);
  return rules.some(({ on }) => on === event)
    ? html`<a href="${withQuery(href`/extensions/${extension}`, { server })}">Change it</a>`
    : html`<a href="${withQuery(href`/extensions/${extension}/new-event`, { on: event, server })}">Add a Call Event for it</a>`;
}

function timelineItem(entry: StoryEntry, context: WebContext): Html {
  const [what = '', ...more] = entry.what;
  return html`<li class="${entry.isSkipped ? 'skipped' : 'event'}">
<span class="when">${clockTag(entry.at)}</span>
<div><p>${backticksToCode(what)}</p>
${more.map((line) => html`<p class="quiet-text">${backticksToCode(line)}</p>`)}
<ul>
${entry.sent.map((sent) => html`<li>${sentLine(sent, entry, context)}</li>`)}
${entry.unsent.map((why) => html`<li class="unsent">not sent: ${backticksToCode(why)}</li>`)}
</ul></div>
</li>`;
}

function sentLine(sent: Sent, { event, callId }: StoryEntry, { href, redactor, config }: WebContext): Html {
  const to = withQuery(href`/deliveries/${sent.deliveryId}`, { call: callId });
  const reason = sent.result?.reason;
  return html`<a href="${to}">rule ${sent.ruleId} to ${hostOf(sent.target)}</a> ${standing(standingOfSent(sent, triesOfRule(config, sent.ruleId, event)))}${reason !== undefined && reasonText(redactor.text(reason))}`;
}

function standingOfSent({ result }: Sent, tries: number | undefined): Standing {
  if (result === undefined) return { words: 'waits to be sent', kind: 'wait', sign: '…' };
  const { outcome, attempt, nextAttemptAt, durationMs, status } = result;
  const state = outcome === 'delivered' ? 'delivered' : outcome === 'retry' ? 'pending' : 'dead';
  const shown = standingOf({ state, attempts: attempt, nextAttemptAt }, Date.now(), tries);
  return outcome === 'delivered' && status !== undefined
    ? { ...shown, words: `${shown.words} (${status}, ${durationText(durationMs)})` }
    : shown;
}

function forgottenBody(
  rows: readonly DeliveryRow[],
  { visitor, params }: PageRequest,
  context: WebContext,
  { stories }: Activity,
): Html {
  const { href } = context;
  if (rows.length === 0)
    return html`<p class="empty">Nothing is known of this call: it had no delivery, and its story is not there. ${memoryText(stories)} <a href="${href`/calls`}">The last calls</a></p>`;
  return html`<p>Its story is forgotten; what was sent for it is still there. ${memoryText(stories)}</p>
<h2>Deliveries</h2>
${deliveryTable(rows, context, { fields: { callId: params.callId ?? '' }, canWrite: visitor.access === 'write' })}`;
}
