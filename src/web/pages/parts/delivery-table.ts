import type { DeliveryRow } from '../../../delivery/admin.ts';
import type { FilterFields } from '../../activity/delivery-query.ts';
import { eventTitle, hostOf, type Standing, standingOf } from '../../activity/delivery-words.ts';
import { triesOfRule } from '../../activity/tries-of-rule.ts';
import { withQuery } from '../../render/href.ts';
import { type Content, type Html, html } from '../../render/html.ts';
import { cut, short } from '../../render/short.ts';
import { timeTag } from '../../render/time.ts';
import type { WebContext } from '../../web-context.ts';
import { type Column, listTable } from './list-table.ts';

export interface TableOptions {
  /** The filter of the list, which the menus of its rows keep. */
  fields: FilterFields;
  /** Whether the visitor may retry deliveries. */
  canWrite: boolean;
}

/** Deliveries, one a line. */
export function deliveryTable(rows: readonly DeliveryRow[], context: WebContext, options: TableOptions): Html {
  const columns: readonly Column[] = [
    ...[{ title: 'Time' }, { title: 'Extension' }, { title: 'Event', look: 'nowrap' }, { title: 'Call' }],
    ...[{ title: 'Make request to' }, { title: 'State' }],
    ...(options.canWrite ? [{ title: 'What to do', look: 'menu', isTitleUnseen: true }] : []),
  ];
  return listTable(
    columns,
    rows.map((row) => line(row, context, options)),
  );
}

function line(row: DeliveryRow, { href, redactor, config }: WebContext, { fields, canWrite }: TableOptions): Content[] {
  const to = withQuery(href`/deliveries/${row.id}`, { call: row.callId });
  const url = redactor.url(row.url);
  const event = eventTitle(row.event);
  const cells = [
    html`<a href="${to}">${timeTag(row.createdAt)}<span class="unseen">: ${event} of ${row.extension}, call ${row.callId}</span></a>`,
    html`<a href="${href`/extensions/${row.extension}`}">${row.extension}</a>`,
    event,
    html`<a href="${withQuery(href`/calls/${row.callId}`, { server: row.server })}">${short(row.call ?? row.callId)}</a>`,
    html`<span title="${row.method} ${url}">${row.method} ${cut(placeOf(row.target, url), MOST_OF_PLACE)}</span>`,
    html`${standing(standingOf(row, Date.now(), triesOfRule(config, row.ruleId, row.event)))}${row.reason !== undefined && reasonText(redactor.text(row.reason))}`,
  ];
  if (!canWrite) return cells;
  return [
    ...cells,
    html`<details><summary aria-label="What to do with this delivery">⋯</summary><div class="choices">
<a href="${withQuery(href`/deliveries/again`, { ...fields, state: 'dead', since: row.createdAt, until: undefined })}">Resend all failed since this one…</a>
<form method="post" action="${href`/deliveries/${row.id}/retry`}"><input type="hidden" name="call" value="${row.callId}"><button class="quiet">Send this one again</button></form>
</div></details>`,
  ];
}

const MOST_OF_PLACE = 60;

/**
 * Host and path of a URL: the rules of one receiver differ by the path. The query has the same values of the call for
 * all.
 */
const placeOf = (target: string, url: string) => hostOf(target) + (/^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? '');

const MOST_OF_REASON = 300;

/** The reason behind the state. @param reason without secrets */
export function reasonText(reason: string): Html {
  return html`: <span class="reason">${short(reason, MOST_OF_REASON)}</span>`;
}

/** A state: a sign, a colour and words. */
export function standing({ words, kind, sign }: Standing): Html {
  return html`<span class="state ${kind}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}
