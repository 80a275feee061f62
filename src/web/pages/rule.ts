import type { Change, ChangePreview, Written } from '../../config/edit/config-editor.ts';
import { newRuleId } from '../editing/new-rule-id.ts';
import { omitDefaults } from '../editing/omit-defaults.ts';
import { changesFor, expectChangeable, expectOwn, findRule, sampleOf } from '../editing/rule-change.ts';
import { fieldsOfForm, fieldsOfRule, type RuleFields, ruleOfFields } from '../editing/rule-fields.ts';
import {
  ChangedSince,
  entryPlaceOf,
  problemsAsError,
  RuleStore,
  type StoredExtension,
  type StoredRule,
} from '../editing/rule-store.ts';
import { unmaskRule } from '../editing/secret-masks.ts';
import { type SampledExtension, sendRule, tryRule } from '../editing/try-rule.ts';
import { withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import type { ActionRequest, Page, Router, SeeOther, Text } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { type FieldProblem, WebError } from '../web-error.ts';
import { changedLines } from './parts/changed-lines.ts';
import { changedMeanwhile } from './parts/changed-meanwhile.ts';
import { sentView } from './parts/request-view.ts';
import { failedPart, previewPart, rulePage, type ShownForm, savedText } from './parts/rule-page.ts';

/** One Call Event of an extension: a new one, a copy, or one that is there. */
export function register(router: Router, context: WebContext): void {
  const page = new RulePage(context);
  const { href } = context;

  router.page({
    path: '/extensions/:extension/new-event',
    access: 'write',
    show: async ({ params, query }) => page.open(params, query),
  });
  router.action({
    path: '/extensions/:extension/new-event',
    access: 'write',
    run: async (request) => page.sent(request),
  });
  router.page({
    path: '/extensions/:extension/events/:id',
    access: 'write',
    show: async ({ params, query }) => page.open(params, query),
  });
  router.action({
    path: '/extensions/:extension/events/:id',
    access: 'write',
    run: async (request) => page.sent(request),
  });
  router.page({
    path: '/extensions/:extension/events/:id/delete',
    access: 'write',
    async show({ params, query }) {
      const { plan, extension, rule } = await page.planRemoval(params, query);
      const { name, server } = extension;
      const { id } = rule;
      return {
        title: `Delete the Call Event ${id} of ${name}?`,
        section: 'extensions',
        body: html`<p>What is waiting to be sent for it is still sent. No other Event ID changes.</p>
${changedLines(plan, context)}
<form method="post" class="row" action="${withQuery(href`/extensions/${name}/events/${id}/delete`, { server })}"><button class="danger">Delete</button>
<a class="button" href="${withQuery(href`/extensions/${name}`, { server })}">Cancel</a></form>`,
      };
    },
  });
}

class RulePage {
  readonly #context: WebContext;
  readonly #store: RuleStore;

  constructor(context: WebContext) {
    this.#context = context;
    this.#store = new RuleStore(context);
  }

  async open({ extension: name = '', id }: Params, query: URLSearchParams): Promise<Page> {
    const extension = await this.#store.extension(name, query.get('server') ?? undefined);
    expectChangeable(extension);
    const copy = query.get('copy') ?? undefined;
    const from = id ?? copy;
    const rule = from === undefined ? undefined : findRule(extension, from);
    if (id !== undefined) expectOwn(extension);
    const shown: Written = {
      ...(rule?.shown ?? { on: query.get('on') ?? 'dial-in' }),
      ...(copy !== undefined && { id: null }),
    };
    return this.#page(extension, id, {
      fields: fieldsOfRule(shown),
      ruleId: id ?? newRuleId(),
      ...(copy !== undefined && { copy }),
    });
  }

  async planRemoval(
    { extension: name = '', id = '' }: Params,
    query: URLSearchParams,
  ): Promise<{ plan: ChangePreview; extension: StoredExtension; rule: StoredRule }> {
    const extension = await this.#store.extension(name, query.get('server') ?? undefined);
    expectChangeable(extension);
    expectOwn(extension);
    const rule = findRule(extension, id);
    const removal: Change = { kind: 'remove rule', ...entryPlaceOf(extension), id };
    return { plan: await this.#store.preview([removal], extension.revision), extension, rule };
  }

  async sent({ params, form, query }: ActionRequest): Promise<Page | SeeOther | Text> {
    const { extension: name = '', id }: Params = params;
    const extension = await this.#store.extension(name, query.get('server') ?? undefined);
    expectChangeable(extension);
    const copy = query.get('copy') ?? undefined;
    const fields = fieldsOfForm(form);
    const ruleId = id ?? (/^[\x21-\x7e]+$/.test(fields.id ?? '') ? (fields.id ?? '') : newRuleId());
    const before = (id ?? copy) === undefined ? undefined : findRule(extension, id ?? copy ?? '');
    const shown = { fields, ruleId, ...(copy !== undefined && { copy }) };
    const { rule, errors } = this.#ruleOf(fields, before?.written, id);
    const asked = form.get('do') ?? 'save';
    // With JavaScript the answer takes the place of a part of the page.
    const isLive = asked === 'live' || asked === 'test-live';
    const task = isLive ? asked.replace(/^live$/, 'preview').replace('-live', '') : asked;
    if (errors.length > 0) return this.#failed(extension, id, { ...shown, errors }, isLive ? task : undefined);
    const changes = changesFor(extension, id, ruleId, rule);
    if (task === 'save') {
      if (form.get('revision') !== extension.revision) return this.#conflict(extension, id, shown, changes);
      return this.#save(extension, id, shown, changes, before);
    }
    const plan = await this.#store.preview(changes, extension.revision);
    const made = plan.rules[name]?.find((one) => one.id === ruleId);
    if (plan.problems.length > 0 || made === undefined)
      return this.#failed(
        extension,
        id,
        { ...shown, errors: this.#errorsOf(plan, changes) },
        isLive ? task : undefined,
      );
    if (task === 'test') {
      const sent = await sendRule(this.#context, this.#sampled(extension), made, plan.secrets);
      const next =
        id === undefined
          ? 'Nothing is saved yet: "Save" adds the Call Event.'
          : 'What you have changed is not saved yet.';
      return this.#shown(
        extension,
        id,
        shown,
        html`<h2>Send test</h2>${sentView(sent)}<p class="hint">${next}</p>`,
        isLive,
      );
    }
    const below = previewPart(
      plan,
      tryRule(this.#context, this.#sampled(extension), made, plan.secrets),
      this.#context,
    );
    return this.#shown(extension, id, shown, below, isLive);
  }

  /**
   * @param asked what a part of the page is asked for with JavaScript: `preview` or `test`; absent: the whole page is
   * asked for
   */
  #failed(
    extension: StoredExtension,
    id: string | undefined,
    shown: ShownForm,
    asked: string | undefined,
  ): Page | Text {
    if (asked === undefined) return { ...this.#page(extension, id, shown), status: 422 };
    return { type: 'text/html; charset=utf-8', text: failedPart(shown, asked) };
  }

  #page(extension: StoredExtension, id: string | undefined, shown: ShownForm): Page {
    return rulePage(extension, id, shown, this.#context);
  }

  #shown(
    extension: StoredExtension,
    id: string | undefined,
    shown: ShownForm,
    below: Html,
    isLive: boolean,
  ): Page | Text {
    return isLive ? { type: 'text/html; charset=utf-8', text: below } : this.#page(extension, id, { ...shown, below });
  }

  #sampled({ name, server, entry }: StoredExtension): SampledExtension {
    const { queue } = entry ?? {};
    return { name: sampleOf(name), server, ...(typeof queue === 'string' && { queue }) };
  }

  #errorsOf(plan: ChangePreview, changes: readonly Change[]): readonly FieldProblem[] {
    const { errors, message } = problemsAsError(plan, changes);
    return errors.length > 0 ? errors : [{ field: '', message }];
  }

  #ruleOf(
    fields: RuleFields,
    before: Written | undefined,
    id: string | undefined,
  ): { rule: Written; errors: FieldProblem[] } {
    const { rule, wrong } = ruleOfFields(fields);
    const unmasked = unmaskRule(rule, before, this.#context.redactor);
    return {
      rule: omitDefaults(unmasked.rule, id === undefined ? {} : before),
      errors: [...wrong, ...unmasked.stray],
    };
  }

  async #save(
    extension: StoredExtension,
    id: string | undefined,
    shown: ShownForm,
    changes: Change[],
    before: StoredRule | undefined,
  ): Promise<Page | SeeOther | Text> {
    const { name, server } = extension;
    try {
      await this.#store.save(changes, extension.revision);
    } catch (error) {
      if (error instanceof ChangedSince)
        return this.#conflict(await this.#store.extension(name, server), id, shown, changes);
      if (!(error instanceof WebError) || error.errors.length === 0) throw error;
      return this.#failed(extension, id, { ...shown, errors: error.errors }, undefined);
    }
    const after = (await this.#store.extension(name, server)).rules.find((one) => one.id === shown.ruleId);
    const copied = changes.length > 1 ? ` The Call Events of ${extension.rulesFrom} were copied to ${name} first.` : '';
    return {
      seeOther: withQuery(this.#context.href`/extensions/${name}`, { server }),
      flash: { kind: 'done', text: `${savedText(id === undefined, shown, after)}${copied}` },
      change: {
        what: `${id === undefined ? 'added' : 'changed'} rule ${shown.ruleId} of ${name}`,
        ...(id !== undefined && { before: before?.shown }),
        after: after?.shown,
      },
    };
  }

  /** Somebody has changed config.yaml meanwhile: both are shown, and saving again is for what stands there now. */
  async #conflict(
    extension: StoredExtension,
    id: string | undefined,
    shown: ShownForm,
    changes: Change[],
  ): Promise<Page> {
    const now = id === undefined ? undefined : extension.rules.find((one) => one.id === id);
    const theirs = now && fieldsOfRule(now.shown);
    const plan = await this.#store.preview(changes, extension.revision).catch(() => undefined);
    const notice = changedMeanwhile(theirs, shown.fields, plan, this.#context);
    return { ...this.#page(extension, id, { ...shown, notice }), status: 409 };
  }
}

/** Of an address: a Call Event has an id, a new one has none. */
type Params = Readonly<Partial<Record<'extension' | 'id', string>>>;
