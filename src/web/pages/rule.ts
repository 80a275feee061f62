import type { Change, PlannedChange, Written } from '../../config/edit/config-editor.ts';
import type { WebContext } from '../context.ts';
import { unmaskRule } from '../editing/masks.ts';
import { changesFor, expectChangeable, expectOwn, findRule, sampleOf } from '../editing/rule-change.ts';
import { fieldsOfForm, fieldsOfRule, type RuleFields, ruleOfFields } from '../editing/rule-form.ts';
import {
  ChangedSince,
  problemsAsError,
  RuleStore,
  type StoredExtension,
  type StoredRule,
} from '../editing/rule-store.ts';
import { sendRule, tryRule } from '../editing/try-rule.ts';
import { newRuleId, withoutDefaults } from '../editing/written-rule.ts';
import { type FieldProblem, WebError } from '../problem.ts';
import { type Html, html, nothing } from '../render/html.ts';
import type { ActionRequest, Page, SeeOther, Site, Text } from '../site.ts';
import { changedLines } from './parts/changed-lines.ts';
import { requestView, sentView } from './parts/request-view.ts';
import { ruleForm } from './parts/rule-form.ts';

/** One Call Event of an extension: a new one, a copy, or one that is there. */
export function register(site: Site, context: WebContext): void {
  const page = new RulePage(context);
  const { href } = context;

  site.page({
    path: '/extensions/:extension/new-event',
    access: 'write',
    show: async ({ params, query }) =>
      page.open(params.extension ?? '', undefined, query.get('copy') ?? undefined, query.get('on') ?? undefined),
  });
  site.action({
    path: '/extensions/:extension/new-event',
    access: 'write',
    run: async (request) => page.sent(request, request.params.extension ?? '', undefined),
  });
  site.page({
    path: '/extensions/:extension/events/:id',
    access: 'write',
    show: async ({ params }) => page.open(params.extension ?? '', params.id),
  });
  site.action({
    path: '/extensions/:extension/events/:id',
    access: 'write',
    run: async (request) => page.sent(request, request.params.extension ?? '', request.params.id),
  });
  site.page({
    path: '/extensions/:extension/events/:id/delete',
    access: 'write',
    async show({ params: { extension = '', id = '' } }) {
      const { plan } = await page.planRemoval(extension, id);
      return {
        title: `Delete the Call Event ${id} of ${extension}?`,
        section: 'extensions',
        body: html`<p>What is waiting to be sent for it is still sent. No other Event ID changes.</p>
${changedLines(plan, context)}
<form method="post" class="row" action="${href`/extensions/${extension}/events/${id}/delete`}"><button class="danger">Delete</button>
<a class="button" href="${href`/extensions/${extension}`}">Cancel</a></form>`,
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

  async open(name: string, id: string | undefined, copy?: string, on?: string): Promise<Page | SeeOther> {
    const extension = await this.#store.extension(name);
    expectChangeable(extension);
    const from = id ?? copy;
    const rule = from === undefined ? undefined : findRule(extension, from);
    if (id !== undefined) expectOwn(extension);
    const shown: Written = { ...(rule?.shown ?? { on: on ?? 'dial-in' }), ...(copy !== undefined && { id: null }) };
    return this.#page(extension, id, {
      fields: fieldsOfRule(shown),
      ruleId: id ?? newRuleId(),
      ...(copy !== undefined && { copy }),
    });
  }

  async planRemoval(
    name: string,
    id: string,
  ): Promise<{ plan: PlannedChange; extension: StoredExtension; rule: StoredRule }> {
    const extension = await this.#store.extension(name);
    expectChangeable(extension);
    expectOwn(extension);
    const rule = findRule(extension, id);
    return {
      plan: await this.#store.plan([{ kind: 'remove rule', extension: name, id }], extension.revision),
      extension,
      rule,
    };
  }

  async sent({ form, query }: ActionRequest, name: string, id: string | undefined): Promise<Page | SeeOther | Text> {
    const extension = await this.#store.extension(name);
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
    if (errors.length > 0) return this.#failed(extension, id, { ...shown, errors }, isLive);
    const changes = changesFor(extension, id, ruleId, rule);
    if (task === 'save') {
      if (form.get('revision') !== extension.revision) return this.#conflict(extension, id, shown, changes);
      return this.#save(extension, id, shown, changes, before);
    }
    const plan = await this.#store.plan(changes, extension.revision);
    const made = plan.rules[name]?.find((one) => one.id === ruleId);
    if (plan.problems.length > 0 || made === undefined)
      return this.#failed(extension, id, { ...shown, errors: this.#errorsOf(plan, changes) }, isLive);
    if (task === 'test') {
      const sent = await sendRule(this.#context, sampleOf(name), made, plan.secrets);
      return this.#shown(extension, id, shown, html`<h2>Send test</h2>${sentView(sent)}`, isLive);
    }
    const below = this.#preview(plan, tryRule(this.#context, sampleOf(name), made, plan.secrets));
    return this.#shown(extension, id, shown, below, isLive);
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

  #errorsOf(plan: PlannedChange, changes: readonly Change[]): readonly FieldProblem[] {
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
      rule: withoutDefaults(unmasked.rule, id === undefined ? {} : before),
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
    const { name } = extension;
    try {
      await this.#store.save(changes, extension.revision);
    } catch (error) {
      if (error instanceof ChangedSince) return this.#conflict(await this.#store.extension(name), id, shown, changes);
      if (!(error instanceof WebError) || error.errors.length === 0) throw error;
      return this.#failed(extension, id, { ...shown, errors: error.errors }, false);
    }
    const after = (await this.#store.extension(name)).rules.find((one) => one.id === shown.ruleId);
    const copied = changes.length > 1 ? ` The Call Events of ${extension.rulesFrom} were copied to ${name} first.` : '';
    return {
      seeOther: this.#context.href`/extensions/${name}`,
      flash: { kind: 'done', text: `${id === undefined ? 'Added' : 'Saved'}, and in force.${copied}` },
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
    const differing =
      theirs === undefined
        ? []
        : Object.keys(shown.fields).filter((key) => key !== 'id' && theirs[key] !== shown.fields[key]);
    const plan = await this.#store.plan(changes, extension.revision).catch(() => undefined);
    const notice = html`<div class="problem" role="alert"><h2>config.yaml has changed since this form was opened</h2>
<p>Nothing was saved. ${differing.length === 0 ? 'Save again to apply what stands here.' : 'Compare, and save again to put what stands here in the place of what is there now.'}</p>
${
  differing.length > 0 &&
  html`<div class="scroll"><table><thead><tr><th scope="col">Field</th><th scope="col">In config.yaml now</th><th scope="col">In this form</th></tr></thead><tbody>
${differing.map((key) => html`<tr><th scope="row">${key}</th><td><code>${theirs?.[key]}</code></td><td><code>${shown.fields[key]}</code></td></tr>`)}
</tbody></table></div>`
}
${plan !== undefined && html`<p>A save would change:</p>${changedLines(plan, this.#context)}`}</div>`;
    return { ...this.#page(extension, id, { ...shown, notice }), status: 409 };
  }

  #failed(extension: StoredExtension, id: string | undefined, shown: ShownForm, isLive: boolean): Page | Text {
    if (!isLive) return { ...this.#page(extension, id, shown), status: 422 };
    const words = (shown.errors ?? []).map(
      ({ field, message }) => html`<li>${field !== '' && html`<code>${field}</code>: `}${message}</li>`,
    );
    return { type: 'text/html; charset=utf-8', text: html`<h2>Preview</h2><div class="error"><ul>${words}</ul></div>` };
  }

  #preview(plan: PlannedChange, tried: ReturnType<typeof tryRule>): Html {
    return html`<h2>Preview</h2>
<p class="hint">The request for a call that might be. Secrets are shown as ***.</p>
${requestView(tried)}
<h2>What a save changes</h2>
${changedLines(plan, this.#context)}`;
  }

  #page(extension: StoredExtension, id: string | undefined, shown: ShownForm): Page {
    const { href } = this.#context;
    const { name, rulesFrom, revision = '' } = extension;
    const { copy } = shown;
    const action = id === undefined ? href`/extensions/${name}/new-event` : href`/extensions/${name}/events/${id}`;
    const isInherited = rulesFrom !== undefined && rulesFrom !== name;
    return {
      title: id === undefined ? `New Call Event of ${name}` : `Call Event ${id} of ${name}`,
      section: 'extensions',
      body: html`${shown.notice ?? nothing}
${isInherited && html`<p class="hint">The Call Events of ${name} are those of ${rulesFrom}. A list of its own replaces them, so they are copied to ${name} first.</p>`}
${ruleForm({
  fields: shown.fields,
  errors: shown.errors ?? [],
  action: copy === undefined ? action : (`${action}?copy=${encodeURIComponent(copy)}` as typeof action),
  back: href`/extensions/${name}`,
  id: shown.ruleId,
  isNew: id === undefined,
  revision,
  below:
    shown.below ??
    html`<p class="hint">"Preview" shows the exact request, and the lines of config.yaml that a save changes.</p>`,
})}`,
    };
  }
}

/** What a form shows. */
interface ShownForm {
  fields: RuleFields;
  ruleId: string;
  errors?: readonly FieldProblem[];
  below?: Html;
  notice?: Html;
  /** The Event ID of what it is a copy of. */
  copy?: string;
}
