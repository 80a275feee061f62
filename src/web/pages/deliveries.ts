import { DELIVERY_STATES, type DeliveryFilter, type DeliveryPage, type DeliveryRow } from '../../delivery/admin.ts';
import { CALL_EVENT_NAMES } from '../../event-and-parameter-names.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import { type FilterFields, filterFieldsOf, filterOf, readFilter } from '../activity/delivery-query.ts';
import { eventTitle, hostOf } from '../activity/delivery-words.ts';
import { csvOf } from '../render/csv.ts';
import { type Href, withQuery } from '../render/href.ts';
import { type Html, html, nothing } from '../render/html.ts';
import { liveMark } from '../render/live-mark.ts';
import { pager } from '../render/paging.ts';
import { localTime } from '../render/time.ts';
import type { PageRequest, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { deliveryTable } from './parts/delivery-table.ts';
import { incompleteNote } from './parts/incomplete-note.ts';
import { suspendedNote } from './parts/suspended.ts';

const ROWS = 50;
const MOST_CSV_ROWS = 5000;
/** Rows read in one step: calls wait for some milliseconds at most. */
const CSV_ROWS_AT_ONCE = 250;

/** The page of all deliveries, the newest first. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  router.page({
    path: '/deliveries',
    access: 'read',
    show: async (request) => ({
      title: 'Deliveries',
      section: 'deliveries',
      body: await body(request, context, activity),
    }),
  });
  router.page({
    path: '/deliveries.csv',
    access: 'read',
    async show({ query }) {
      const text = await csv(filterOf(filterFieldsOf(query)), context, activity);
      return { type: 'text/csv; charset=utf-8', text, saveAs: 'deliveries.csv' };
    },
  });
}

async function body({ query, visitor }: PageRequest, context: WebContext, activity: Activity): Promise<Html> {
  const { href } = context;
  const fields = filterFieldsOf(query);
  const { filter, problems } = readFilter(fields);
  const cursor = query.get('cursor') ?? undefined;
  const here = href`/deliveries`;
  const [targets, allSuspended] = await Promise.all([activity.history.targets(), activity.history.suspended()]);
  const suspended = allSuspended.filter(({ ruleId }) => ruleId === fields.rule);
  const form = filterForm(fields, problems, targets, context);
  if (problems.length > 0) return html`${form}<p class="empty">Nothing is shown: correct the filter first.</p>`;
  const page = await activity.history.page(filter, ROWS, cursor).catch((error: unknown) => {
    // The link comes from another version, or was cut.
    if (error instanceof RangeError) return activity.history.page(filter, ROWS);
    throw error;
  });
  const canWrite = visitor.access === 'write';
  const isFirst = cursor === undefined;
  return html`${form}
${incompleteNote(activity, context)}
${suspended.map((rule) => suspendedNote(rule, context, canWrite, withQuery(here, fields)))}
<div class="row spread">
${isFirst ? liveMark() : nothing}
<p class="actions"><a href="${withQuery(href`/deliveries.csv`, fields)}">Save as CSV</a>
${
  canWrite &&
  html`<a class="button" href="${withQuery(href`/deliveries/again`, { ...fields, state: 'dead' })}">Send again all dead ones that match…</a>
<a class="button" href="${withQuery(href`/deliveries/discard`, { ...fields, state: 'pending' })}">Discard all waiting ones that match…</a>`
}</p>
</div>
<div id="list" ${isFirst && html`data-live="delivery state"`}>
${page.rows.length > 0 ? deliveryTable(page.rows, context, { fields, canWrite }) : emptyList(page, fields, here)}
${page.searchedTo !== undefined && html`<p class="hint">Looked back as far as ${localTime(page.searchedTo)}, which takes long with this filter. "Next" looks further.</p>`}
${pager({ first: isFirst ? undefined : withQuery(here, fields), next: page.next === undefined ? undefined : withQuery(here, { ...fields, cursor: page.next }) }, 'deliveries')}
</div>`;
}

function emptyList({ searchedTo }: DeliveryPage, fields: FilterFields, here: Href): Html {
  if (searchedTo !== undefined) return html`<p class="empty">None so far.</p>`;
  if (Object.keys(fields).length > 0)
    return html`<p class="empty">No delivery matches. <a href="${here}">Show all deliveries</a></p>`;
  return html`<p class="empty">Nothing was sent yet. A delivery stands here as soon as an extension with a Call Event has a call: add one under Extensions, then make a call.</p>`;
}

function filterForm(
  fields: FilterFields,
  problems: readonly { field: string; message: string }[],
  targets: readonly string[],
  { href }: WebContext,
): Html {
  const problemOf = (name: string) => problems.find(({ field }) => field === name)?.message;
  const input = (name: keyof FilterFields, label: string, hint = '') => {
    const problem = problemOf(name);
    return html`<div><label for="f-${name}">${label}</label>
<input id="f-${name}" name="${name}" value="${fields[name] ?? ''}" placeholder="${hint}" autocomplete="off" ${problem !== undefined && html`aria-invalid="true" aria-describedby="e-${name}"`}>
${problem !== undefined && html`<p class="field-error" id="e-${name}">${problem}</p>`}</div>`;
  };
  const choice = (name: keyof FilterFields, label: string, options: readonly (readonly [string, string])[]) => {
    const given = fields[name] ?? '';
    const isOther = given !== '' && !options.some(([value]) => value === given);
    return html`<div><label for="f-${name}">${label}</label>
<select id="f-${name}" name="${name}"><option value="">any</option>
${isOther && html`<option selected>${given}</option>`}
${options.map(([value, words]) => html`<option value="${value}" ${value === given && html`selected`}>${words}</option>`)}</select></div>`;
  };
  const more = (['rule', 'target', 'until', 'callId', 'reason'] as const).some((name) => fields[name] !== undefined);
  return html`<form class="filter" method="get" action="${href`/deliveries`}" role="search" aria-label="Filter deliveries">
<div class="row">
${input('extension', 'Extension', '101')}
${choice(
  'event',
  'Event',
  CALL_EVENT_NAMES.map((name) => [name, eventTitle(name)] as const),
)}
${choice(
  'state',
  'State',
  DELIVERY_STATES.map((name) => [name, name === 'pending' ? 'waiting' : name] as const),
)}
${input('since', 'Since', '1h, 2d or a date')}
<button class="primary">Filter</button>
${Object.keys(fields).length > 0 && html`<a class="button" href="${href`/deliveries`}">Show all</a>`}
</div>
<details ${more && html`open`}><summary>More filters</summary>
<div class="row">
${input('reason', 'Text of the reason', 'HTTP 404')}
${choice(
  'target',
  'Target',
  targets.map((target) => [target, hostOf(target)] as const),
)}
${input('rule', 'Event ID')}
${input('callId', 'CallID')}
${input('until', 'Until', '1h or a date')}
</div></details>
</form>`;
}

const CSV_HEADING = [
  'time',
  'extension',
  'event',
  'call',
  'state',
  'tries',
  'reason',
  'method',
  'url',
  'event id',
  'call id',
  'delivery',
];

async function csv(filter: DeliveryFilter, context: WebContext, { history }: Activity): Promise<string> {
  let text = csvOf([CSV_HEADING]);
  let cursor: string | undefined;
  for (let count = 0; count < MOST_CSV_ROWS; count += CSV_ROWS_AT_ONCE) {
    const { rows, next } = await history.page(filter, CSV_ROWS_AT_ONCE, cursor);
    text += csvOf(csvRows(rows, context));
    if (next === undefined) break;
    cursor = next;
  }
  return text;
}

function csvRows(rows: readonly DeliveryRow[], { redactor }: WebContext) {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return [
    ...rows.map((row) => [
      time(row.createdAt),
      row.extension,
      eventTitle(row.event),
      row.call,
      row.state === 'pending' ? 'waiting' : row.state,
      row.attempts,
      row.reason === undefined ? undefined : redactor.text(row.reason),
      row.method,
      redactor.url(row.url),
      row.ruleId,
      row.callId,
      row.id,
    ]),
  ];
}
