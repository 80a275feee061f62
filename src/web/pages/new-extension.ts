import type { Written } from '../../config/edit/config-editor.ts';
import { settingsOfForm } from '../editing/extension-fields.ts';
import { RuleStore } from '../editing/rule-store.ts';
import { withQuery } from '../render/href.ts';
import { html } from '../render/html.ts';
import type { Page, Router } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { type FieldProblem, WebError } from '../web-error.ts';
import { readOnlyNote } from './extensions.ts';
import { extensionFields, notSaved } from './parts/extension-form.ts';
import { choice, input } from './parts/rule-form.ts';

/** The form for a new extension or pattern; filled in for a channel that belongs to no extension. */
export function register(router: Router, context: WebContext): void {
  const store = new RuleStore(context);
  const { href } = context;

  const serversOf = () => context.config.servers.flatMap(({ server }) => (server === '' ? [] : [server]));
  const page = (
    { extension, server, ...settings }: Written & { extension: string; server?: string },
    errors: readonly FieldProblem[],
    servers = serversOf(),
  ): Page => ({
    title: 'Add extension',
    section: 'extensions',
    ...(errors.length > 0 && { status: 422 }),
    body: html`${readOnlyNote(context.editor.whyReadOnly)}
${notSaved(errors)}
<form method="post" action="${href`/extensions/new`}" novalidate>
${input('extension', 'Extension', extension, '101, or a pattern such as _1XX', errors)}
<p class="hint">The number that it is called by. A pattern stands for all that it matches: X is 0-9, Z 1-9, N 2-9.</p>
${servers.length > 1 && choice('server', 'Asterisk', server ?? '', [['', 'all servers'], ...servers.map((one) => [one, `${one} alone`] as const)], errors)}
${extensionFields(settings, false, errors)}
<p class="row"><button class="primary">Add</button> <a class="button" href="${href`/extensions`}">Cancel</a></p>
</form>`,
  });

  router.page({
    path: '/extensions/new',
    access: 'write',
    show({ query }) {
      const channels = query.get('channel') ?? '';
      // `PJSIP/desk7` may belong to any number; `PJSIP/107` most likely to 107.
      const [, number = ''] = /\/(\d[\d*]*)$/.exec(channels) ?? [];
      return page({ extension: query.get('extension') ?? number, channels }, []);
    },
  });
  router.action({
    path: '/extensions/new',
    access: 'write',
    async run({ form }) {
      const extension = form.get('extension')?.trim() ?? '';
      const server = form.get('server') || undefined;
      const given = { ...settingsOfForm(form), extension, ...(server !== undefined && { server }) };
      if (extension === '')
        return page(given, [{ field: 'extension', message: 'is missing; expected a number, such as 101' }]);
      if (store.entry(extension, server) !== undefined)
        return page(given, [{ field: 'extension', message: `${extension} is there already` }]);
      const settings = Object.fromEntries(Object.entries(settingsOfForm(form)).filter(([, value]) => value !== null));
      try {
        await store.save([{ kind: 'add extension', extension, server, settings }]);
      } catch (error) {
        if (!(error instanceof WebError) || error.errors.length === 0) throw error;
        return page(
          given,
          error.errors.map((one) => ({ ...one, field: one.field === '' ? 'extension' : one.field })),
        );
      }
      return {
        seeOther: withQuery(href`/extensions/${extension}`, { server }),
        flash: { kind: 'done', text: `${extension} is an extension now. Give it Call Events.` },
        change: { what: `added extension ${extension}`, after: settings },
      };
    },
  });
}
