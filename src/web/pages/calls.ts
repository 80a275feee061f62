import { type Activity, activityOf } from '../activity/activity.ts';
import { counted } from '../activity/delivery-words.ts';
import { isWaiting, readResults } from '../activity/read-results.ts';
import type { Stories } from '../activity/stories.ts';
import { extensionsOf, type Story } from '../activity/story.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import { liveMark } from '../render/live-mark.ts';
import { pager } from '../render/paging.ts';
import { short } from '../render/short.ts';
import { lengthText, localTime, timeTag } from '../render/time.ts';
import type { PageRequest, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { legTable } from './parts/legs.ts';
import { listTable } from './parts/list-table.ts';
import { whyNoCall } from './parts/why-no-call.ts';

const MOST_LEGS = 200;
const CALLS = 50;

/** The page of open and recent calls. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  router.page({
    path: '/calls',
    access: 'read',
    show: async (request) => ({ title: 'Calls', section: 'calls', body: await body(request, context, activity) }),
  });
}

async function body({ query }: PageRequest, context: WebContext, activity: Activity): Promise<Html> {
  const { stories } = activity;
  const { href } = context;
  const extension = query.get('extension')?.trim() ?? '';
  const isOf = (name: string) => extension === '' || name === extension;
  const legs = context.openLegs().filter((leg) => isOf(leg.extension));
  const newest = legs.toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0)).slice(0, MOST_LEGS);
  const from = Math.max(0, Math.floor(Number(query.get('from') ?? 0)) || 0);
  const last = [...stories.latest()].filter((story) => extension === '' || extensionsOf(story).includes(extension));
  const shown = last.slice(from, from + CALLS);
  await readResults(shown.filter(isWaiting), activity, context);
  const at = (index: number) => withQuery(href`/calls`, { extension, from: index === 0 ? undefined : index });
  return html`<form class="filter" method="get" action="${href`/calls`}" role="search" aria-label="Filter calls">
<div class="row"><div><label for="extension">Extension</label><input id="extension" name="extension" value="${extension}" placeholder="101" autocomplete="off"></div>
<button class="primary">Filter</button>${extension !== '' && html`<a class="button" href="${href`/calls`}">Show all</a>`}</div>
</form>
${liveMark()}
<section id="open" data-live="leg">
<h2>Now: ${counted(legs.length, 'leg', 'legs')}</h2>
<p class="hint">A leg is the part of one extension in a call. Its story says what is sent for it.</p>
${legs.length > 0 ? legTable(newest, context) : html`<p class="empty">Nobody is in a call${extension !== '' && ` at ${extension}`}. A call stands here from its first ring to its end.</p>`}
${legs.length > MOST_LEGS && html`<p class="hint">These are the newest ${MOST_LEGS}. Filter by an extension to see its own.</p>`}
</section>
<section id="last" data-live="leg delivery">
<h2>Last calls</h2>
${shown.length > 0 ? callTable(shown, context) : noCalls(extension, context, activity)}
${pager({ first: from === 0 ? undefined : at(0), previous: from === 0 ? undefined : at(Math.max(0, from - CALLS)), next: last.length > from + CALLS ? at(from + CALLS) : undefined }, 'calls')}
<p class="hint">${memoryText(stories)}</p>
</section>`;
}

function noCalls(extension: string, context: WebContext, activity: Activity): Html {
  if (extension !== '') return whyNoCall(extension, context, activity);
  const since = localTime(activity.stories.startedAt);
  return html`<p class="empty">No call was seen since ${since}. Make one: it stands here with all that was sent for it, and what was not and why.</p>`;
}

function callTable(stories: readonly Story[], { href }: WebContext): Html {
  return listTable(
    [{ title: 'Time' }, { title: 'Call' }, { title: 'State' }, { title: 'Extensions' }, { title: 'Requests' }],
    stories.map((story) => [
      html`${timeTag(story.startedAt)} <span class="quiet-text">${callLength(story)}</span>`,
      html`<a href="${withQuery(href`/calls/${story.callId}`, { server: story.server })}">${short(story.call ?? `call ${story.callId}`)}</a>`,
      callState(story),
      extensionsOf(story).join(', '),
      requestsOf(story),
    ]),
  );
}

/** The duration of a call, up to now if it is open. */
export function callLength({ open, call, startedAt, lastAt }: Story, now = Date.now()): string {
  if (open > 0) return `${lengthText(now - startedAt)} so far`;
  return call === undefined ? '' : lengthText(lastAt - startedAt);
}

/** The state of a call: open, answered or not answered. */
export function callState({ open, answered, call }: Story): Html {
  const state = (kind: string, sign: string, words: string) =>
    html`<span class="state ${kind}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
  if (open > 0) return state('wait', '…', answered ? 'answered, goes on' : 'rings');
  if (call === undefined) return state('wait', '–', 'no call event');
  return answered ? state('good', '✓', 'answered') : state('bad', '✗', 'not answered');
}

/** `4 delivered, 1 dead`, or a note that there were no requests. */
function requestsOf({ entries }: Story): Html {
  const sent = entries.flatMap((entry) => entry.sent);
  if (sent.length === 0) return html`<span class="quiet-text">none: the story says why</span>`;
  const count = (is: (outcome: string | undefined) => boolean) =>
    sent.filter(({ result }) => is(result?.outcome)).length;
  const parts: [number, string, string][] = [
    [count((outcome) => outcome === 'delivered'), 'delivered', 'good'],
    [count((outcome) => outcome === undefined || outcome === 'retry'), 'waiting', 'wait'],
    [count((outcome) => outcome === 'dead' || outcome === 'expired'), 'dead', 'bad'],
  ];
  const shown = parts.filter(([number]) => number > 0);
  return html`${shown.map(([number, words, kind], index) => html`${index > 0 && ', '}<span class="state ${kind}">${number} ${words}</span>`)}`;
}

/** How far back the stories go, and how many were forgotten. */
export function memoryText({ startedAt, forgotten, size }: Stories): string {
  const known = `Stories are kept in memory: of ${counted(size.calls, 'call', 'calls')} since ${localTime(startedAt)}, when the page was started.`;
  if (forgotten === undefined) return known;
  return `${known} ${counted(forgotten.calls, 'older one is', 'older ones are')} forgotten, up to ${localTime(forgotten.until)} (web.stories says how many are kept); their deliveries are still there.`;
}
