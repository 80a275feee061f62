import type { LastDelivery } from '../../delivery/admin.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import { counted } from '../activity/delivery-words.ts';
import { type ListedExtension, listExtensions, searchExtensions } from '../editing/extension-list.ts';
import { extensionsOf } from '../editing/extensions-of.ts';
import { backticksToCode } from '../render/backticks-to-code.ts';
import { withQuery } from '../render/href.ts';
import { type Content, type Html, html, nothing } from '../render/html.ts';
import { pager } from '../render/paging.ts';
import type { PageRequest, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { lastResult } from './parts/last-result.ts';
import { listTable } from './parts/list-table.ts';

const ROWS = 50;

/** The page of all extensions and patterns. */
export function register(router: Router, context: WebContext): void {
  const activity = activityOf(context);
  router.page({
    path: '/extensions',
    access: 'read',
    show: async (request) => ({
      title: 'Extensions',
      section: 'extensions',
      body: await body(request, context, activity),
    }),
  });
}

async function body({ query, visitor }: PageRequest, context: WebContext, activity: Activity): Promise<Html> {
  const { href, config, editor } = context;
  const text = query.get('q') ?? '';
  const isFailing = query.get('show') === 'failing';
  const start = Math.max(0, Math.floor(Number(query.get('from') ?? 0)) || 0);
  const all = searchExtensions(
    listExtensions(config, (server) => extensionsOf(context, server)),
    text,
    config.extensions,
  );
  const failing = isFailing ? new Set((await activity.history.failing()).map(({ extension }) => extension)) : undefined;
  const found = failing === undefined ? all : withFailing(all, failing, text);
  const rows = found.slice(start, start + ROWS);
  const last = await activity.history.lastOfExtensions(
    rows.flatMap(({ name, isPattern }) => (isPattern ? [] : [name])),
  );
  const fields = { q: text, show: isFailing ? 'failing' : undefined };
  const to = (from: number) => withQuery(href`/extensions`, { ...fields, from: from > 0 ? from : undefined });
  const pages = {
    first: start > ROWS ? to(0) : undefined,
    previous: start > 0 ? to(start - ROWS) : undefined,
    next: start + ROWS < found.length ? to(start + ROWS) : undefined,
  };
  return html`<form class="filter" method="get" action="${href`/extensions`}" role="search" aria-label="Find extensions" data-search="results">
<div class="row">
<div class="wide"><label for="f-q">Search</label><input id="f-q" type="search" name="q" value="${text}" placeholder="Number, DID, notes or channel" autocomplete="off"></div>
<div><label for="f-show">Show</label><select id="f-show" name="show"><option value="">all</option><option value="failing" ${isFailing && html`selected`}>failing</option></select></div>
<button>Search</button>
${visitor.access === 'write' && editor.whyReadOnly === undefined && html`<a class="button primary" href="${href`/extensions/new`}">Add extension</a>`}
</div></form>
${readOnlyNote(editor.whyReadOnly)}
<div id="results">
<p class="hint">${counted(found.length, 'extension', 'extensions')}${found.length > ROWS && html`, ${start + 1} to ${Math.min(start + ROWS, found.length)} are shown`}</p>
${rows.length > 0 ? table(rows, last, context) : empty(text, isFailing, visitor.access === 'write', context)}
${pager(pages, 'extensions')}
</div>`;
}

/** The failing extensions, including those that only a pattern matches. */
function withFailing(all: readonly ListedExtension[], failing: ReadonlySet<string>, text: string): ListedExtension[] {
  const entries = all.filter(({ name }) => failing.has(name));
  const listed = new Set(entries.map(({ name }) => name));
  const others = [...failing].filter((name) => !listed.has(name) && name.includes(text));
  return [...entries, ...others.map((name) => ({ name, isPattern: false, ids: [] }))];
}

/** Says why config.yaml cannot be changed, and how to allow it. */
export function readOnlyNote(why: string | undefined): Html {
  return why === undefined
    ? nothing
    : html`<div class="problem"><p>Nothing can be changed here: ${backticksToCode(why)}.</p></div>`;
}

function table(
  rows: readonly ListedExtension[],
  last: Readonly<Record<string, LastDelivery>>,
  context: WebContext,
): Html {
  return listTable(
    [
      ...[{ title: 'Extension' }, { title: 'Notes' }, { title: 'DID' }, { title: 'Channels' }],
      ...[{ title: 'Call Events', look: 'number' }, { title: 'Last delivery' }],
    ],
    rows.map((row) => line(row, last[row.name], context)),
  );
}

function line(row: ListedExtension, last: LastDelivery | undefined, context: WebContext): Content[] {
  const { href } = context;
  const { name, isPattern, server, did, notes, channels, queue, line: numbers, rulesFrom, ids } = row;
  const inherited = rulesFrom !== undefined && rulesFrom !== name;
  const kind = isPattern
    ? html` <span class="hint">pattern: ${patternWords(name)}</span>`
    : queue !== undefined
      ? html` <span class="hint">queue ${queue}</span>`
      : numbers !== undefined
        ? html` <span class="hint">line ${numbers.join(', ')}</span>`
        : nothing;
  return [
    html`<a href="${withQuery(href`/extensions/${name}`, { server })}">${name}</a>${kind}${server !== undefined && html` <span class="hint">of ${server} alone</span>`}`,
    notes,
    did,
    channels?.join(', ') ??
      (queue === undefined && numbers === undefined && html`<span class="hint">${defaultChannels(name)}</span>`),
    html`${ids.length}${inherited && html` <span class="hint">of <a href="${href`/extensions/${rulesFrom}`}">${rulesFrom}</a></span>`}`,
    isPattern ? html`<span class="hint">–</span>` : lastResult(last, context, { whyNot: name }),
  ];
}

/** The default channels of an extension that has none in config.yaml. */
const defaultChannels = (name: string) => (name.startsWith('_') ? 'PJSIP/{extension} …' : `PJSIP/${name} …`);

/** `_1XX` in words: `100 to 199`. */
export function patternWords(pattern: string): string {
  const text = pattern.slice(1);
  const [, digits = '', xs = ''] = /^(\d*)(X+)$/.exec(text) ?? [];
  if (xs !== '') return `${digits}${'0'.repeat(xs.length)} to ${digits}${'9'.repeat(xs.length)}`;
  const words = [...text.matchAll(/\[[^\]]*\]|./g)].map(
    ([one]) => WORDS[one] ?? (one.startsWith('[') ? `one of ${one.slice(1, -1)}` : one),
  );
  return words.join(' ');
}

const WORDS: Readonly<Record<string, string>> = {
  X: '0-9',
  Z: '1-9',
  N: '2-9',
  '.': 'one or more of anything',
  '!': 'anything or nothing',
};

function empty(text: string, isFailing: boolean, canWrite: boolean, { href }: WebContext): Html {
  if (isFailing)
    return html`<p class="empty">None is failing: the last delivery of each extension went well. <a href="${href`/extensions`}">Show all extensions</a></p>`;
  if (text !== '')
    return html`<p class="empty">No extension has "${text}" in its number, DID, notes or channels. <a href="${href`/extensions`}">Show all extensions</a></p>`;
  return html`<p class="empty">There is no extension yet, so nothing is sent. ${canWrite ? html`<a href="${href`/extensions/new`}">Add the first one</a>, then give it Call Events.` : 'They stand under "extensions" in config.yaml.'}</p>`;
}
