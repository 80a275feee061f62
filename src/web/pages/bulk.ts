import type { DeliveryFilter } from '../../delivery/admin.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import { type Bulk, changeAll, selectedBy } from '../activity/delivery-actions.ts';
import { type FilterFields, filterFieldsOf, filterOf } from '../activity/delivery-query.ts';
import { counted, eventTitle, hostOf } from '../activity/delivery-words.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import { localTime } from '../render/time.ts';
import type { PageRequest, Router, SeeOther } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { incompleteNote } from './parts/incomplete-note.ts';

/** The actions by the last part of their addresses. */
const BULKS: Readonly<Record<'again' | 'discard', Bulk & { title: string; ask: string; done: string }>> = {
  again: { state: 'dead', change: 'retry', title: 'Send again', ask: 'Send again', done: 'set to be sent again' },
  discard: { state: 'pending', change: 'discard', title: 'Discard', ask: 'Discard', done: 'discarded' },
};

/** Asks once, with the number and the filter, before all that match are sent again or discarded. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  for (const name of ['again', 'discard'] as const) {
    const path = `/deliveries/${name}`;
    router.page({
      path,
      access: 'write',
      show: async (request) => ({
        title: BULKS[name].title,
        section: 'deliveries',
        body: await question(name, request, context, activity),
      }),
    });
    router.action({
      path,
      access: 'write',
      async run({ form }): Promise<SeeOther> {
        const fields = filterFieldsOf(form);
        const { change, state, done } = BULKS[name];
        const { count, suspended, logged } = await changeAll(activity, { state, change }, filterOf(fields));
        return {
          seeOther: withQuery(context.href`/deliveries`, { ...fields, state: undefined, until: undefined }),
          flash: {
            kind: 'done',
            text: `${counted(count, 'delivery is', 'deliveries are')} ${done}.${leftText(suspended)}`,
          },
          change: logged,
        };
      },
    });
  }
}

async function question(
  name: 'again' | 'discard',
  { query }: PageRequest,
  context: WebContext,
  activity: Activity,
): Promise<Html> {
  const { href } = context;
  const { state, ask } = BULKS[name];
  // Deliveries that come meanwhile were not counted.
  const fields: FilterFields = { until: String(Date.now()), ...filterFieldsOf(query), state };
  const filter = filterOf(fields);
  const selected = await selectedBy(activity, BULKS[name], filter);
  const { count, isAll } = await activity.history.count(selected.filter);
  const list = withQuery(href`/deliveries`, { ...fields });
  const words = state === 'dead' ? 'dead' : 'waiting';
  const shown = { ...fields, ...(filter.since !== undefined && { since: String(filter.since) }) };
  const about = describeFilter(fields, filter);
  const number = `${isAll ? '' : 'at least '}${counted(count, `${words} delivery`, `${words} deliveries`)}`;
  const note = incompleteNote(activity, context);
  if (count === 0)
    return html`${note}<p class="empty">No ${words} delivery ${selected.suspended > 0 && 'that can be sent '}matches${about.length > 0 && html`: ${about.join(', ')}`}.${leftText(selected.suspended)} <a href="${list}">Back to the list</a></p>`;
  return html`${note}<p><a href="${list}">${number}</a> ${count === 1 ? 'matches' : 'match'}${about.length > 0 && html`: ${about.join(', ')}`}.${leftText(selected.suspended)}</p>
<p>${name === 'again' ? 'Each is sent at once, and tried as often as a new one. A receiver that has it already knows it by its webhook-id.' : 'Nothing more is sent for them. Each becomes a dead letter, which can be sent again later.'}</p>
<form method="post" action="${href`/deliveries`}/${name}" class="row">
${Object.entries(shown).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)}
<button class="${name === 'again' ? 'primary' : 'danger'}">${ask} ${number}</button>
<a class="button" href="${list}">Do nothing</a>
</form>`;
}

/** The deliveries that are not sent again, and why. */
function leftText(suspended: number): string {
  if (suspended === 0) return '';
  const [are, their] =
    suspended === 1 ? ['more is left as it is', 'its rule is'] : ['more are left as they are', 'their rules are'];
  return ` ${suspended} ${are}, for ${their} suspended: resume first what shall be sent.`;
}

/** A filter in words: the same deliveries are shown and changed. */
function describeFilter(fields: FilterFields, filter: DeliveryFilter): string[] {
  const { extension, event, ruleId, target, since, callId, reason } = filter;
  return [
    ...(extension === undefined ? [] : [`extension ${extension}`]),
    ...(event === undefined ? [] : [eventTitle(event)]),
    ...(ruleId === undefined ? [] : [`Event ID ${ruleId}`]),
    ...(target === undefined ? [] : [`to ${hostOf(target)}`]),
    ...(since === undefined ? [] : [`since ${localTime(since)}`]),
    ...(fields.until === undefined || filter.until === undefined ? [] : [`until ${localTime(filter.until)}`]),
    ...(callId === undefined ? [] : [`call ${callId}`]),
    ...(reason === undefined ? [] : [`with “${reason}” in the reason`]),
  ];
}
