import { CALL_EVENT_TITLES, type CallEventName } from '../../call-event-names.ts';
import type { LastDelivery } from '../../delivery/admin.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import type { WebContext } from '../context.ts';
import { settingsOfForm } from '../editing/extension-form.ts';
import { EVENT_TYPES } from '../editing/phone-call-event.ts';
import { RuleStore, type StoredExtension, type StoredRule } from '../editing/rule-store.ts';
import { WebError } from '../problem.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html, nothing } from '../render/html.ts';
import type { ActionRequest, PageRequest, SeeOther, Site } from '../site.ts';
import { patternWords, readOnlyNote } from './extensions.ts';
import { extensionFields } from './parts/extension-form.ts';
import { lastResult } from './parts/last-result.ts';

/** The Call Events of an extension, as VoipNow's table has them. */
export function register(site: Site, context: WebContext): void {
  const { href } = context;
  const store = new RuleStore(context);
  const activity = activityOf(context);

  site.page({
    path: '/extensions/:extension',
    access: 'read',
    async show(request) {
      const extension = await store.extension(request.params.extension ?? '');
      const body = await pageBody(extension, request, context, activity);
      return { title: `Call Events of ${extension.name}`, section: 'extensions', body };
    },
  });

  const change = (
    path: string,
    run: (
      request: ActionRequest,
      extension: StoredExtension,
    ) => Promise<Omit<SeeOther, 'seeOther'> & Partial<SeeOther>>,
  ) =>
    site.action({
      path: `/extensions/:extension${path}`,
      access: 'write',
      async run(request) {
        const extension = await store.extension(request.params.extension ?? '');
        const { seeOther = href`/extensions/${extension.name}`, ...done } = await run(request, extension);
        return { seeOther, ...done };
      },
    });

  change('/events/:id/status', async ({ params, form }, extension) => {
    const rule = ownRule(extension, params.id ?? '');
    const status = form.get('status') === 'disabled' ? 'disabled' : 'enabled';
    await store.save(
      [{ kind: 'change rule', extension: extension.name, id: rule.id, rule: { status } }],
      extension.revision,
    );
    return {
      flash: { kind: 'done', text: `Call Event ${rule.id} is ${status}.` },
      change: {
        what: `${status} rule ${rule.id} of ${extension.name}`,
        before: rule.shown.status ?? 'enabled',
        after: status,
      },
    };
  });
  change('/events/:id/delete', async ({ params }, extension) => {
    const rule = ownRule(extension, params.id ?? '');
    await store.save([{ kind: 'remove rule', extension: extension.name, id: rule.id }], extension.revision);
    return {
      flash: { kind: 'done', text: `Call Event ${rule.id} is deleted.` },
      change: { what: `deleted rule ${rule.id} of ${extension.name}`, before: rule.shown },
    };
  });
  change('/own-copy', async (_, { name, rulesFrom, revision }) => {
    if (rulesFrom === undefined || rulesFrom === name)
      throw new WebError(409, `${name} has no Call Events of a pattern`);
    await store.save([{ kind: 'own rules', extension: name, pattern: rulesFrom }], revision);
    return {
      flash: {
        kind: 'done',
        text: `${name} has Call Events of its own now, copied from ${rulesFrom}; each has an Event ID of its own.`,
      },
      change: { what: `copied the rules of ${rulesFrom} to ${name}` },
    };
  });
  change('/settings', async ({ form }, extension) => {
    const { name, entry, revision } = extension;
    const settings = settingsOfForm(form);
    await store.save(
      [
        entry === undefined
          ? { kind: 'add extension', extension: name, settings }
          : { kind: 'change extension', extension: name, settings },
      ],
      form.get('revision') ?? revision,
    );
    return {
      flash: { kind: 'done', text: 'Saved, and in force.' },
      change: { what: `changed extension ${name}`, before: withoutEvents(entry), after: settings },
    };
  });
  change('/delete', async (_, { name, entry, revision }) => {
    await store.save([{ kind: 'remove extension', extension: name }], revision);
    return {
      seeOther: href`/extensions`,
      flash: { kind: 'done', text: `${name} is taken out of config.yaml.` },
      change: { what: `deleted extension ${name}`, before: withoutEvents(entry) },
    };
  });
}

const withoutEvents = (entry: StoredExtension['entry']) => {
  const { events: _, ...settings } = entry ?? {};
  return settings;
};

/** VoipNow's words on when each event is sent. */
const MOMENTS: Readonly<Record<CallEventName, string>> = {
  'dial-in': 'when the extension receives a call: its phone begins to ring',
  'dial-out': 'when the extension makes a call',
  hangup: 'when the call ends, answered or not',
  'answer-in': 'when the extension answers a call',
  'answer-out': 'when somebody answers the call that the extension makes',
  missed: 'when the caller has hung up and nobody has answered the call',
};

async function pageBody(
  extension: StoredExtension,
  { visitor }: PageRequest,
  context: WebContext,
  activity: Activity,
): Promise<Html> {
  const { href } = context;
  const { name, entry, rules, rulesFrom, readOnly } = extension;
  const canWrite = visitor.access === 'write' && readOnly === undefined;
  const isInherited = rulesFrom !== undefined && rulesFrom !== name;
  const last = await activity.history.lastOfRules(rules.map(({ id }) => id));
  return html`${summary(extension)}
${readOnlyNote(readOnly)}
<p>An HTTP request is made:</p>
<dl class="moments">${EVENT_TYPES.map((event) => html`<dt>${CALL_EVENT_TITLES[event]}</dt><dd>${MOMENTS[event]}</dd>`)}</dl>
${
  isInherited &&
  html`<div class="problem"><p>These are the Call Events of the pattern <a href="${href`/extensions/${rulesFrom}`}">${rulesFrom}</a>: they hold for all that it matches.</p>
${canWrite && html`<form method="post" action="${href`/extensions/${name}/own-copy`}"><button>Make own copy</button></form>`}</div>`
}
${rules.length > 0 ? table(extension, last, canWrite && !isInherited, context) : html`<p class="empty">${name} has no Call Events: nothing is sent for its calls. ${canWrite && 'Add one below.'}</p>`}
<p class="row">${canWrite && html`<a class="button primary" href="${href`/extensions/${name}/new-event`}">Add Call Event</a>`}
<a class="button" href="${withQuery(href`/deliveries`, { extension: name })}">Deliveries of ${name}</a></p>
${canWrite && settingsForm(extension, context, entry !== undefined)}`;
}

function summary({ name, entry }: StoredExtension): Html {
  const { notes, did, channels, queue, line } = entry ?? {};
  const parts = [
    ...(name.startsWith('_') ? [`pattern: ${patternWords(name)}`] : []),
    ...(typeof notes === 'string' ? [notes] : []),
    ...(typeof did === 'string' ? [`DID ${did}`] : []),
    ...(Array.isArray(channels) ? [`channels ${channels.join(', ')}`] : []),
    ...(typeof queue === 'string' ? [`queue ${queue}`] : []),
    ...(Array.isArray(line) ? [`line ${line.join(', ')}`] : []),
  ];
  return parts.length === 0 ? nothing : html`<p class="hint">${parts.join(' · ')}</p>`;
}

function table(
  { name, rules }: StoredExtension,
  last: Readonly<Record<string, LastDelivery>>,
  canWrite: boolean,
  context: WebContext,
): Html {
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Event</th><th scope="col">Request method</th><th scope="col">Make request to</th><th scope="col">Status</th><th scope="col">Notes</th><th scope="col">Event ID</th><th scope="col">Last result</th>${canWrite && html`<th scope="col"><span class="unseen">What to do</span></th>`}</tr></thead>
<tbody>${rules.map((rule) => line(name, rule, last[rule.id], canWrite, context))}</tbody></table></div>`;
}

function line(
  name: string,
  { id, shown }: StoredRule,
  last: LastDelivery | undefined,
  canWrite: boolean,
  context: WebContext,
): Html {
  const { href } = context;
  const isEnabled = shown.status !== 'disabled';
  const event = CALL_EVENT_TITLES[String(shown.on).toLowerCase() as CallEventName] ?? String(shown.on);
  const of = `${event}, ${id}`;
  return html`<tr>
<td class="nowrap">${canWrite ? html`<a href="${href`/extensions/${name}/events/${id}`}" aria-label="Edit ${of}">${event}</a>` : event}${shown.when !== undefined && html` <span class="hint">only when ${conditionWords(shown.when)}</span>`}</td>
<td>${String(shown.method ?? 'GET').toUpperCase()}</td>
<td>${String(shown.url ?? '')}</td>
<td><span class="state ${isEnabled ? 'good' : 'wait'}"><span aria-hidden="true">${isEnabled ? '●' : '○'}</span> ${isEnabled ? 'Enabled' : 'Disabled'}</span></td>
<td>${shown.notes as string | undefined}</td>
<td><code>${id}</code></td>
<td>${lastResult(last, context, { ofRule: true })}</td>
${
  canWrite &&
  html`<td class="row-actions">
<form method="post" action="${href`/extensions/${name}/events/${id}/status`}"><button class="quiet" name="status" value="${isEnabled ? 'disabled' : 'enabled'}" aria-label="${isEnabled ? 'Disable' : 'Enable'} ${of}">${isEnabled ? 'Disable' : 'Enable'}</button></form>
<a class="button quiet" href="${href`/extensions/${name}/events/${id}`}" aria-label="Edit ${of}">Edit</a>
<a class="button quiet" href="${withQuery(href`/extensions/${name}/new-event`, { copy: id })}" aria-label="Copy ${of}">Copy</a>
<a class="button quiet danger" href="${href`/extensions/${name}/events/${id}/delete`}" aria-label="Delete ${of}">Delete</a></td>`
}
</tr>`;
}

function conditionWords(when: unknown): string {
  if (typeof when !== 'object' || when === null) return String(when);
  return Object.entries(when)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' or ') : String(value)}`)
    .join(', ');
}

function settingsForm({ name, entry, revision }: StoredExtension, { href }: WebContext, isOwn: boolean): Html {
  return html`<details><summary>Settings of ${name}</summary>
<form method="post" action="${href`/extensions/${name}/settings`}">
<input type="hidden" name="revision" value="${revision}">
${extensionFields(entry ?? {}, name.startsWith('_'), [])}
<p><button>Save settings</button></p></form>
${
  isOwn &&
  html`<form method="post" action="${href`/extensions/${name}/delete`}"><p class="hint">Takes ${name} out of config.yaml, with all its Call Events.</p><button class="danger">Delete ${name}</button></form>`
}
</details>`;
}

function ownRule({ name, rules, rulesFrom }: StoredExtension, id: string): StoredRule {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new WebError(404, `${name} has no Call Event ${id}; somebody may have deleted it`);
  if (rulesFrom !== name)
    throw new WebError(409, `the Call Event ${id} is that of ${rulesFrom ?? 'nobody'}: change it there`);
  return rule;
}
