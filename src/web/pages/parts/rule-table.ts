import type { LastDelivery } from '../../../delivery/admin.ts';
import { CALL_EVENT_TITLES, type CallEventName } from '../../../event-and-parameter-names.ts';
import type { StoredExtension, StoredRule } from '../../editing/rule-store.ts';
import { withQuery } from '../../render/href.ts';
import { type Content, type Html, html } from '../../render/html.ts';
import type { WebContext } from '../../web-context.ts';
import { lastResult } from './last-result.ts';
import { type Column, listTable } from './list-table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'Event', look: 'nowrap' },
  { title: 'Request method' },
  { title: 'Make request to' },
  { title: 'Status' },
  { title: 'Notes' },
  { title: 'Event ID' },
  { title: 'Last result' },
];
const ACTIONS: Column = { title: 'What to do', look: 'row-actions', isTitleUnseen: true };

/** The Call Events of an extension, as VoipNow's table has them. @param canWrite whether to show buttons for changes */
export function ruleTable(
  extension: StoredExtension,
  last: Readonly<Record<string, LastDelivery>>,
  canWrite: boolean,
  context: WebContext,
): Html {
  return listTable(
    canWrite ? [...COLUMNS, ACTIONS] : COLUMNS,
    extension.rules.map((rule) => line(extension, rule, last[rule.id], canWrite, context)),
  );
}

function line(
  { name, server }: StoredExtension,
  { id, shown }: StoredRule,
  last: LastDelivery | undefined,
  canWrite: boolean,
  context: WebContext,
): Content[] {
  const { href } = context;
  const isEnabled = shown.status !== 'disabled';
  const event = CALL_EVENT_TITLES[String(shown.on).toLowerCase() as CallEventName] ?? String(shown.on);
  const of = `${event}, ${id}`;
  const edit = withQuery(href`/extensions/${name}/events/${id}`, { server });
  const cells: Content[] = [
    html`${canWrite ? html`<a href="${edit}" aria-label="Edit ${of}">${event}</a>` : event}${shown.when !== undefined && html` <span class="hint">only when ${conditionWords(shown.when)}</span>`}`,
    String(shown.method ?? 'GET').toUpperCase(),
    String(shown.url ?? ''),
    html`<span class="state ${isEnabled ? 'good' : 'wait'}"><span aria-hidden="true">${isEnabled ? '●' : '○'}</span> ${isEnabled ? 'Enabled' : 'Disabled'}</span>`,
    shown.notes as string | undefined,
    html`<code>${id}</code>`,
    lastResult(last, context, { ofRule: true }),
  ];
  if (!canWrite) return cells;
  return [
    ...cells,
    html`<form method="post" action="${withQuery(href`/extensions/${name}/events/${id}/status`, { server })}"><button class="quiet" name="status" value="${isEnabled ? 'disabled' : 'enabled'}" aria-label="${isEnabled ? 'Disable' : 'Enable'} ${of}">${isEnabled ? 'Disable' : 'Enable'}</button></form>
<a class="button quiet" href="${edit}" aria-label="Edit ${of}">Edit</a>
<a class="button quiet" href="${withQuery(href`/extensions/${name}/new-event`, { copy: id, server })}" aria-label="Copy ${of}">Copy</a>
<a class="button quiet danger" href="${withQuery(href`/extensions/${name}/events/${id}/delete`, { server })}" aria-label="Delete ${of}">Delete</a>`,
  ];
}

function conditionWords(when: unknown): string {
  if (typeof when !== 'object' || when === null) return String(when);
  return Object.entries(when)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' or ') : String(value)}`)
    .join(', ');
}
