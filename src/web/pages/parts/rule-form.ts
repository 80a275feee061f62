import { CALL_EVENT_TITLES } from '../../../call-event-names.ts';
import type { EntryKind } from '../../editing/extension-fields.ts';
import { EVENT_TYPES } from '../../editing/phone-call-event.ts';
import { type RuleFields, YAML_FIELDS, type YamlField } from '../../editing/rule-fields.ts';
import type { Href } from '../../render/href.ts';
import { exact, type Html, html, nothing } from '../../render/html.ts';
import type { FieldProblem } from '../../web-error.ts';
import { eventsOf } from './event-moments.ts';

export interface RuleFormOptions {
  fields: RuleFields;
  /** What the extension is: not all have every event. */
  kind: EntryKind;
  errors: readonly FieldProblem[];
  /** Where it is sent. */
  action: Href;
  /** Where "Cancel" leads. */
  back: Href;
  /** Its Event ID. */
  id: string;
  /** Where another Call Event of the extension goes, without secrets; absent: there is none, or it is not needed. */
  example?: string | undefined;
  /** Of the text that it was read from. */
  revision: string;
  /** Preview, or what came of a test. */
  below: Html;
}

/** All that a rule can have. */
export function ruleForm(options: RuleFormOptions): Html {
  const { fields, kind, errors, action, back, id, example, revision, below } = options;
  const events = eventsOf(kind);
  const given = EVENT_TYPES.find((name) => name === fields.on && !events.includes(name));
  const more = YAML_FIELDS.filter(({ key }) => key !== 'when' && key !== 'body' && key !== 'headers');
  const isMoreUsed = more.some(({ key }) => fields[key] !== '' || hasError(errors, key));
  return html`${errorSummary(errors, 'Not saved')}
<div class="beside">
<form method="post" action="${action}" class="rule" data-preview="preview" novalidate>
<input type="hidden" name="revision" value="${revision}">
${choice(
  'on',
  'Event',
  fields.on ?? '',
  [...events, ...(given === undefined ? [] : [given])].map((name) => [name, CALL_EVENT_TITLES[name]] as const),
  errors,
)}
${choice(
  'method',
  'Request method',
  fields.method ?? '',
  [
    ['GET', 'GET'],
    ['POST', 'POST'],
  ],
  errors,
)}
${input('url', 'Make request to', fields.url ?? '', 'https://crm.example.com/hook?call={CallID}', errors, html`Where the request goes. The values of the call are added: to the query with GET, in the body with POST. {CallID} and the like are filled in.${example !== undefined && html` Another one here goes to <code>${example}</code>`}`)}
${choice(
  'status',
  'Status',
  fields.status ?? '',
  [
    ['enabled', 'Enabled'],
    ['disabled', 'Disabled'],
  ],
  errors,
)}
${input('notes', 'Notes', fields.notes ?? '', 'What it is for', errors)}
${ruleIdField(id)}
${YAML_FIELDS.filter((field) => !more.includes(field)).map((field) => yamlField(field, fields, errors))}
<details ${isMoreUsed && html`open`}><summary>More</summary>
${more.map((field) => yamlField(field, fields, errors))}
</details>
<p class="row do"><button class="primary" name="do" value="save">Save</button>
<button name="do" value="preview">Preview</button>
<button name="do" value="test">Send test</button>
<a class="button" href="${back}">Cancel</a></p>
</form>
<section id="preview" aria-live="polite">${below}</section>
</div>`;
}

function ruleIdField(id: string): Html {
  return html`<label for="f-id">Event ID</label>
<input id="f-id" class="code" name="id" value="${id}" readonly aria-describedby="h-id" data-copy>
<p class="hint" id="h-id">Names this Call Event wherever it is listed, and in each request as X-Event-ID. It never changes.</p>`;
}

/** What is wrong, each with a link to its field. @param what has not happened because of it */
export function errorSummary(errors: readonly FieldProblem[], what: string): Html {
  if (errors.length === 0) return nothing;
  return html`<div class="error" role="alert"><p>${what}:</p><ul>${errors.map(({ field, message }) => {
    const name = field.split(/[.[]/)[0] ?? '';
    return html`<li>${name === '' ? message : html`<a href="#f-${name}">${LABELS[name] ?? name}</a>: ${field === name ? '' : `${field}: `}${message}`}</li>`;
  })}</ul></div>`;
}

/** By the keys of config.yaml. */
export const LABELS: Readonly<Record<string, string>> = {
  on: 'Event',
  method: 'Request method',
  url: 'Make request to',
  status: 'Status',
  notes: 'Notes',
  id: 'Event ID',
  ...Object.fromEntries(YAML_FIELDS.map(({ key, label }) => [key, label])),
};

const errorsOf = (errors: readonly FieldProblem[], name: string) =>
  errors.filter(({ field }) => field.split(/[.[]/)[0] === name);
const hasError = (errors: readonly FieldProblem[], name: string) => errorsOf(errors, name).length > 0;

/** Its errors stand below a field, and belong to it for screen readers too. */
function described(name: string, errors: readonly FieldProblem[], hint: boolean): { attributes: Html; shown: Html } {
  const own = errorsOf(errors, name);
  const ids = [...(own.length > 0 ? [`e-${name}`] : []), ...(hint ? [`h-${name}`] : [])];
  return {
    attributes: html`${own.length > 0 && html`aria-invalid="true"`} ${ids.length > 0 && html`aria-describedby="${ids.join(' ')}"`}`,
    shown:
      own.length === 0
        ? nothing
        : html`<p class="field-error" id="e-${name}">${own.map(({ message }) => message).join('; ')}</p>`,
  };
}

/** A line of text. @param hint what belongs in it */
export function input(
  name: string,
  label: string,
  value: string,
  placeholder: string,
  errors: readonly FieldProblem[],
  hint?: Html,
): Html {
  const { attributes, shown } = described(name, errors, hint !== undefined);
  return html`<label for="f-${name}">${label}</label>
<input id="f-${name}" name="${name}" value="${exact(value)}" placeholder="${placeholder}" autocomplete="off" spellcheck="false" ${attributes}>
${hint !== undefined && html`<p class="hint" id="h-${name}">${hint}</p>`}
${shown}`;
}

/** One of some. */
export function choice(
  name: string,
  label: string,
  value: string,
  options: readonly (readonly [string, string])[],
  errors: readonly FieldProblem[],
): Html {
  const { attributes, shown } = described(name, errors, false);
  return html`<label for="f-${name}">${label}</label>
<select id="f-${name}" name="${name}" ${attributes}>${options.map(
    ([one, words]) => html`<option value="${one}" ${one === value && html`selected`}>${words}</option>`,
  )}</select>
${shown}`;
}

function yamlField(
  { key, label, hint, examples, rows }: YamlField,
  fields: RuleFields,
  errors: readonly FieldProblem[],
): Html {
  const { attributes, shown } = described(key, errors, true);
  const value = fields[key] ?? '';
  const lines = Math.min(12, Math.max(rows, value.split('\n').length));
  return html`<label for="f-${key}">${label}</label>
<textarea id="f-${key}" name="${key}" class="code" rows="${lines}" spellcheck="false" ${attributes}>
${exact(value)}</textarea>
<p class="hint" id="h-${key}">${hint} ${examples.map((one, index) => html`${index > 0 && ', or '}<code>${one}</code>`)}</p>
${shown}`;
}
