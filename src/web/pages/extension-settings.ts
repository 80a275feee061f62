import type { Written } from '../../config/edit/config-editor.ts';
import { settingsOfForm } from '../editing/extension-fields.ts';
import { entryPlaceOf, RuleStore, type StoredExtension } from '../editing/rule-store.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import type { Page, Router, SeeOther } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { type FieldProblem, WebError } from '../web-error.ts';
import { extensionFields, notSaved } from './parts/extension-form.ts';

/** The settings of an extension besides its Call Events: notes, phones, DID; and its removal. */
export function register(router: Router, context: WebContext): void {
  const { href } = context;
  const store = new RuleStore(context);

  router.action({
    path: '/extensions/:extension/settings',
    access: 'write',
    async run({ params, query, form }): Promise<Page | SeeOther> {
      const extension = await store.extension(params.extension ?? '', query.get('server') ?? undefined);
      const { name, server, entry, revision } = extension;
      const settings = settingsOfForm(form);
      const place = entryPlaceOf(extension);
      try {
        await store.save(
          [
            entry === undefined
              ? { kind: 'add extension', ...place, settings }
              : { kind: 'change extension', ...place, settings },
          ],
          form.get('revision') ?? revision,
        );
      } catch (error) {
        if (!(error instanceof WebError) || error.errors.length === 0) throw error;
        return {
          title: `Settings of ${name}`,
          section: 'extensions',
          status: 422,
          body: html`${notSaved(error.errors)}${settingsForm(extension, settings, error.errors, context)}`,
        };
      }
      return {
        seeOther: withQuery(href`/extensions/${name}`, { server }),
        flash: { kind: 'done', text: 'Saved and active.' },
        change: { what: `changed extension ${name}`, before: withoutEvents(entry), after: settings },
      };
    },
  });
  router.action({
    path: '/extensions/:extension/delete',
    access: 'write',
    async run({ params, query }): Promise<SeeOther> {
      const extension = await store.extension(params.extension ?? '', query.get('server') ?? undefined);
      const { name, entry, revision } = extension;
      await store.save([{ kind: 'remove extension', ...entryPlaceOf(extension) }], revision);
      return {
        seeOther: href`/extensions`,
        flash: { kind: 'done', text: `${name} is taken out of config.yaml.` },
        change: { what: `deleted extension ${name}`, before: withoutEvents(entry) },
      };
    },
  });
}

/** The settings below the Call Events of an extension, folded. */
export function settingsSection(extension: StoredExtension, context: WebContext): Html {
  const { name, server, entry } = extension;
  const { href } = context;
  return html`<details class="settings"><summary>Settings of ${name}</summary>
${settingsForm(extension, entry ?? {}, [], context)}
${
  entry !== undefined &&
  html`<form method="post" action="${withQuery(href`/extensions/${name}/delete`, { server })}"><p class="hint">Takes ${name} out of config.yaml, with all its Call Events.</p><button class="danger">Delete ${name}</button></form>`
}
</details>`;
}

function settingsForm(
  { name, server, revision }: StoredExtension,
  settings: Written,
  errors: readonly FieldProblem[],
  { href }: WebContext,
): Html {
  return html`<form method="post" action="${withQuery(href`/extensions/${name}/settings`, { server })}">
<input type="hidden" name="revision" value="${revision}">
${extensionFields(settings, name.startsWith('_'), errors)}
<p class="row"><button class="primary">Save settings</button></p></form>`;
}

function withoutEvents(entry: Written | undefined): Written {
  const { events: _, ...settings } = entry ?? {};
  return settings;
}
