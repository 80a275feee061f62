import type { WebContext } from '../context.ts';
import { settingsOfForm } from '../editing/extension-form.ts';
import { RuleStore } from '../editing/rule-store.ts';
import { type FieldProblem, WebError } from '../problem.ts';
import { html } from '../render/html.ts';
import type { Page, Site } from '../site.ts';
import { readOnlyNote } from './extensions.ts';
import { extensionFields } from './parts/extension-form.ts';
import { input } from './parts/rule-form.ts';

/** An extension, or a pattern, is added; filled in for a channel that belongs to none. */
export function register(site: Site, context: WebContext): void {
  const store = new RuleStore(context);
  const { href } = context;

  const page = (
    fields: { extension: string; notes: string; did: string; channels: string },
    errors: readonly FieldProblem[],
  ): Page => ({
    title: 'Add extension',
    section: 'extensions',
    ...(errors.length > 0 && { status: 422 }),
    body: html`${readOnlyNote(context.editor.whyReadOnly)}
${errors.length > 0 && html`<div class="error" role="alert"><p>Not saved:</p><ul>${errors.map(({ field, message }) => html`<li>${field !== '' && `${field}: `}${message}</li>`)}</ul></div>`}
<form method="post" action="${href`/extensions/new`}" novalidate>
${input('extension', 'Extension', fields.extension, '101, or a pattern such as _1XX', errors)}
<p class="hint">The number that it is called by. A pattern stands for all that it matches: X is 0-9, Z 1-9, N 2-9.</p>
${extensionFields(fields, false, errors)}
<p class="row"><button class="primary">Add</button> <a class="button" href="${href`/extensions`}">Cancel</a></p>
</form>`,
  });

  site.page({
    path: '/extensions/new',
    access: 'write',
    show({ query }) {
      const channels = query.get('channel') ?? '';
      // `PJSIP/desk7` may belong to any number; `PJSIP/107` most likely to 107.
      const [, number = ''] = /\/(\d[\d*]*)$/.exec(channels) ?? [];
      return page({ extension: query.get('extension') ?? number, notes: '', did: '', channels }, []);
    },
  });
  site.action({
    path: '/extensions/new',
    access: 'write',
    async run({ form }) {
      const extension = form.get('extension')?.trim() ?? '';
      const field = (name: string) => form.get(name) ?? '';
      const given = { extension, notes: field('notes'), did: field('did'), channels: field('channels') };
      if (extension === '')
        return page(given, [{ field: 'extension', message: 'is missing; expected a number, such as 101' }]);
      if (store.entry(extension) !== undefined)
        return page(given, [{ field: 'extension', message: `${extension} is there already` }]);
      const settings = Object.fromEntries(Object.entries(settingsOfForm(form)).filter(([, value]) => value !== null));
      try {
        await store.save([{ kind: 'add extension', extension, settings }]);
      } catch (error) {
        if (!(error instanceof WebError) || error.errors.length === 0) throw error;
        return page(
          given,
          error.errors.map((one) => ({ ...one, field: one.field === '' ? 'extension' : one.field })),
        );
      }
      return {
        seeOther: href`/extensions/${extension}`,
        flash: { kind: 'done', text: `${extension} is an extension now. Give it Call Events.` },
        change: { what: `added extension ${extension}`, after: settings },
      };
    },
  });
}
