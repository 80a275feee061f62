import type { DeliveryRow } from '../../../delivery/admin.ts';
import type { FilterFields } from '../../activity/delivery-query.ts';
import { eventTitle, hostOf, type Standing, standingOf } from '../../activity/delivery-words.ts';
import { triesOf } from '../../activity/tries.ts';
import type { WebContext } from '../../context.ts';
import { withQuery } from '../../render/href.ts';
import { type Html, html } from '../../render/html.ts';
import { short } from '../../render/short.ts';
import { timeTag } from '../../render/time.ts';

export interface TableOptions {
  /** What the list is filtered by; the menus of its rows keep to it. */
  fields: FilterFields;
  /** Whether the visitor may send again. */
  canWrite: boolean;
}

/** Deliveries, one a line. */
export function deliveryTable(rows: readonly DeliveryRow[], context: WebContext, options: TableOptions): Html {
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Time</th><th scope="col">Extension</th><th scope="col">Event</th><th scope="col">Call</th><th scope="col">Make request to</th><th scope="col">State</th>${options.canWrite && html`<th scope="col"><span class="unseen">What to do</span></th>`}</tr></thead>
<tbody>
${rows.map((row) => line(row, context, options))}
</tbody></table></div>`;
}

function line(row: DeliveryRow, { href, redactor, config }: WebContext, { fields, canWrite }: TableOptions): Html {
  const to = withQuery(href`/deliveries/${row.id}`, { call: row.callId });
  const url = redactor.url(row.url);
  const event = eventTitle(row.event);
  return html`<tr>
<td><a href="${to}">${timeTag(row.createdAt)}<span class="unseen">: ${event} of ${row.extension}, call ${row.callId}</span></a></td>
<td><a href="${href`/extensions/${row.extension}`}">${row.extension}</a></td>
<td class="nowrap">${event}</td>
<td><a href="${href`/calls/${row.callId}`}">${short(row.call ?? row.callId)}</a></td>
<td class="nowrap" title="${row.method} ${url}">${row.method} ${hostOf(row.target)}</td>
<td>${standing(standingOf(row, Date.now(), triesOf(config, row.ruleId, row.event)))}${row.reason !== undefined && reasonText(redactor.text(row.reason))}</td>
${
  canWrite &&
  html`<td class="menu"><details><summary aria-label="What to do with this delivery">⋯</summary><div class="choices">
<a href="${withQuery(href`/deliveries/again`, { ...fields, state: 'dead', since: row.createdAt, until: undefined })}">Resend all failed since this one…</a>
<form method="post" action="${href`/deliveries/${row.id}/retry`}"><input type="hidden" name="call" value="${row.callId}"><button class="quiet">Send this one again</button></form>
</div></details></td>`
}
</tr>`;
}

const MOST_OF_REASON = 300;

/** Why it stands so, behind that. @param reason without secrets */
export function reasonText(reason: string): Html {
  return html`: <span class="reason">${short(reason, MOST_OF_REASON)}</span>`;
}

/** How something stands: a sign, a colour and words. */
export function standing({ words, kind, sign }: Standing): Html {
  return html`<span class="state ${kind}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}
