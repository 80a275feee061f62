import type { ChangePreview } from '../../../config/edit/config-editor.ts';
import { CALL_EVENT_TITLES, type CallEventName } from '../../../event-and-parameter-names.ts';
import { kindOf } from '../../editing/extension-fields.ts';
import type { RuleFields } from '../../editing/rule-fields.ts';
import { isInherited, type StoredExtension, type StoredRule } from '../../editing/rule-store.ts';
import type { tryRule } from '../../editing/try-rule.ts';
import { withQuery } from '../../render/href.ts';
import { type Html, html, nothing } from '../../render/html.ts';
import type { Page } from '../../router.ts';
import type { WebContext } from '../../web-context.ts';
import type { FieldProblem } from '../../web-error.ts';
import { changedLines } from './changed-lines.ts';
import { requestView } from './request-view.ts';
import { errorSummary, ruleForm } from './rule-form.ts';

/** Where nothing is typed yet. */
const FIRST = html`<p class="hint">Fill in "Make request to". Then the exact request stands here, and the lines of config.yaml that a save changes. "Send test" sends it once, with the values of a call that might be.</p>`;

/** What the form of a Call Event shows. */
export interface ShownForm {
  fields: RuleFields;
  ruleId: string;
  errors?: readonly FieldProblem[];
  below?: Html;
  notice?: Html;
  /** The Event ID of what it is a copy of. */
  copy?: string;
}

/** @param id of the Call Event; absent: it is a new one */
export function rulePage(
  extension: StoredExtension,
  id: string | undefined,
  shown: ShownForm,
  context: WebContext,
): Page {
  const { href } = context;
  const { name, server, entry, rulesFrom, revision = '' } = extension;
  const { copy } = shown;
  const action = id === undefined ? href`/extensions/${name}/new-event` : href`/extensions/${name}/events/${id}`;
  return {
    title: id === undefined ? `New Call Event of ${name}` : `Call Event ${id} of ${name}`,
    section: 'extensions',
    body: html`${shown.notice ?? nothing}
${isInherited(extension) && html`<p class="hint">The Call Events of ${name} are those of ${rulesFrom}. A list of its own replaces them, so they are copied to ${name} first.</p>`}
${ruleForm({
  fields: shown.fields,
  kind: kindOf(entry),
  errors: shown.errors ?? [],
  action: withQuery(action, { copy, server }),
  back: withQuery(href`/extensions/${name}`, { server }),
  id: shown.ruleId,
  example: id === undefined && shown.fields.url === '' ? exampleOf(extension) : undefined,
  revision,
  below: shown.below ?? html`<h2>Preview</h2>${FIRST}`,
})}`,
  };
}

const exampleOf = ({ rules: [first] }: StoredExtension) =>
  first?.shown.url === undefined ? undefined : String(first.shown.url);

/** The request that a rule makes, and what a save changes. */
export function previewPart(plan: ChangePreview, tried: ReturnType<typeof tryRule>, context: WebContext): Html {
  return html`<h2>Preview</h2>
<p class="hint">The request for a call that might be. Secrets are shown as ***.</p>
${requestView(tried)}
<h2>What a save changes</h2>
${changedLines(plan, context)}`;
}

/** What there is instead while the form has errors. @param asked for: `preview` or `test` */
export function failedPart({ errors = [], fields }: ShownForm, asked: string): Html {
  const isTest = asked === 'test';
  if ((fields.url ?? '') === '' && !isTest) return html`<h2>Preview</h2>${FIRST}`;
  return html`<h2>${isTest ? 'Send test' : 'Preview'}</h2>${errorSummary(errors, isTest ? 'Not sent' : 'Not right yet')}`;
}

/** What has come of a save, and what comes next. */
export function savedText(isNew: boolean, { ruleId, fields }: ShownForm, after: StoredRule | undefined): string {
  const event = CALL_EVENT_TITLES[String(fields.on) as CallEventName] ?? fields.on;
  const done = `${event} ${ruleId} is ${isNew ? 'added' : 'saved'}`;
  return after?.shown.status === 'disabled'
    ? `${done}. It sends nothing until it is enabled.`
    : `${done} and active. What it sends for the next call stands under "Last result".`;
}
