import type { Change } from '../../config/edit/config-editor.ts';
import { type Activity, activityOf } from '../activity/activity.ts';
import { kindOf } from '../editing/extension-fields.ts';
import {
  entryPlaceOf,
  isInherited,
  ownRules,
  RuleStore,
  type StoredExtension,
  type StoredRule,
} from '../editing/rule-store.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html, nothing } from '../render/html.ts';
import type { ActionRequest, PageRequest, Router, SeeOther } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';
import { settingsSection } from './extension-settings.ts';
import { patternWords, readOnlyNote } from './extensions.ts';
import { eventMoments } from './parts/event-moments.ts';
import { ruleTable } from './parts/rule-table.ts';
import { suspendedNote } from './parts/suspended.ts';

/** The page of an extension with its Call Events. A server's own extension has `?server=` in its address. */
export function register(router: Router, context: WebContext): void {
  const { href } = context;
  const store = new RuleStore(context);
  const activity = activityOf(context);

  router.page({
    path: '/extensions/:extension',
    access: 'read',
    async show(request) {
      const extension = await store.extension(request.params.extension ?? '', request.query.get('server') ?? undefined);
      const body = await pageBody(extension, request, context, activity);
      return { title: `Call Events of ${extension.name}`, section: 'extensions', body };
    },
  });

  const change = (
    path: string,
    changesFor: (
      request: ActionRequest,
      extension: StoredExtension,
    ) => Omit<SeeOther, 'seeOther'> & { changes: Change[] },
  ) =>
    router.action({
      path: `/extensions/:extension${path}`,
      access: 'write',
      async run(request) {
        const { params, query } = request;
        const extension = await store.extension(params.extension ?? '', query.get('server') ?? undefined);
        const { changes, ...done } = changesFor(request, extension);
        await store.save(changes, extension.revision);
        return { seeOther: withQuery(href`/extensions/${extension.name}`, { server: extension.server }), ...done };
      },
    });

  change('/events/:id/status', ({ params, form }, extension) => {
    const rule = ownRule(extension, params.id ?? '');
    const status = form.get('status') === 'disabled' ? 'disabled' : 'enabled';
    return {
      changes: [{ kind: 'change rule', ...entryPlaceOf(extension), id: rule.id, rule: { status } }],
      flash: { kind: 'done', text: `Call Event ${rule.id} is ${status}.` },
      change: {
        what: `${status} rule ${rule.id} of ${extension.name}`,
        before: rule.shown.status ?? 'enabled',
        after: status,
      },
    };
  });
  change('/events/:id/delete', ({ params }, extension) => {
    const rule = ownRule(extension, params.id ?? '');
    return {
      changes: [{ kind: 'remove rule', ...entryPlaceOf(extension), id: rule.id }],
      flash: { kind: 'done', text: `Call Event ${rule.id} is deleted.` },
      change: { what: `deleted rule ${rule.id} of ${extension.name}`, before: rule.shown },
    };
  });
  change('/own-copy', (_, extension) => {
    const { name, rulesFrom } = extension;
    const changes = ownRules(extension);
    if (changes.length === 0) throw new WebError(409, `${name} has no Call Events of a pattern`);
    return {
      changes,
      flash: {
        kind: 'done',
        text: `${name} has Call Events of its own now, copied from ${rulesFrom}; each has an Event ID of its own.`,
      },
      change: { what: `copied the rules of ${rulesFrom} to ${name}` },
    };
  });
}

async function pageBody(
  extension: StoredExtension,
  { visitor }: PageRequest,
  context: WebContext,
  activity: Activity,
): Promise<Html> {
  const { href } = context;
  const { name, server, entry, rules, rulesFrom, rulesServer, readOnly } = extension;
  const mayWrite = visitor.access === 'write';
  const canWrite = mayWrite && readOnly === undefined;
  const here = withQuery(href`/extensions/${name}`, { server });
  const [last, allSuspended] = await Promise.all([
    activity.history.lastOfRules(rules.map(({ id }) => id)),
    activity.history.suspended(),
  ]);
  const suspended = allSuspended.filter(({ ruleId }) => rules.some(({ id }) => id === ruleId));
  return html`${summary(extension)}
${otherServers(extension, context)}
${readOnlyNote(readOnly)}
${suspended.map((rule) => suspendedNote(rule, context, mayWrite, here))}
${eventMoments(kindOf(entry))}
${
  rulesFrom !== undefined &&
  isInherited(extension) &&
  html`<div class="problem"><p>These are the Call Events of the pattern <a href="${withQuery(href`/extensions/${rulesFrom}`, { server: rulesServer })}">${rulesFrom}</a>: they hold for all that it matches.</p>
${canWrite && html`<form method="post" action="${withQuery(href`/extensions/${name}/own-copy`, { server })}"><button>Make own copy</button></form>`}</div>`
}
<p class="row">${canWrite && html`<a class="button primary" href="${withQuery(href`/extensions/${name}/new-event`, { server })}">Add Call Event</a>`}
<a class="button" href="${withQuery(href`/deliveries`, { extension: name })}">Deliveries of ${name}</a></p>
${rules.length > 0 ? ruleTable(extension, last, canWrite && !isInherited(extension), context) : html`<p class="empty">${name} has no Call Events: nothing is sent for its calls. ${canWrite && 'Add one.'}</p>`}
${canWrite && settingsSection(extension, context)}`;
}

function summary({ name, entry, server }: StoredExtension): Html {
  const { notes, did, channels, queue, line } = entry ?? {};
  const parts = [
    ...(name.startsWith('_') ? [`pattern: ${patternWords(name)}`] : []),
    ...(typeof notes === 'string' ? [notes] : []),
    ...(typeof did === 'string' ? [`DID ${did}`] : []),
    ...(Array.isArray(channels) ? [`channels ${channels.join(', ')}`] : []),
    ...(typeof queue === 'string' ? [`queue ${queue}`] : []),
    ...(Array.isArray(line) ? [`line ${line.join(', ')}`] : []),
    ...(server === undefined ? [] : [`of the Asterisk ${server} alone`]),
  ];
  return parts.length === 0 ? nothing : html`<p class="hint">${parts.join(' · ')}</p>`;
}

/** Each of thirty servers may have a 101 of its own. */
function otherServers({ name, server }: StoredExtension, { config, href }: WebContext): Html {
  const others = config.extensions.filter((one) => one.key === name && one.server !== server);
  if (others.length === 0) return nothing;
  return html`<p class="hint">There is another ${name}: ${others.map(
    (one, index) =>
      html`${index > 0 && ', '}<a href="${withQuery(href`/extensions/${name}`, { server: one.server })}">${one.server === undefined ? 'for all servers' : `of ${one.server}`}</a>`,
  )}.</p>`;
}

function ownRule({ name, rules, rulesFrom }: StoredExtension, id: string): StoredRule {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) throw new WebError(404, `${name} has no Call Event ${id}; somebody may have deleted it`);
  if (rulesFrom !== name)
    throw new WebError(409, `the Call Event ${id} is that of ${rulesFrom ?? 'nobody'}: change it there`);
  return rule;
}
