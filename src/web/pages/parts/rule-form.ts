import { CALL_EVENT_TITLES } from '../../../event-and-parameter-names.ts';
import type { EntryKind } from '../../editing/extension-fields.ts';
import { EVENT_TYPES } from '../../editing/phone-call-event.ts';
import { type RuleFields, YAML_FIELDS, type YamlField } from '../../editing/rule-fields.ts';
import type { Href } from '../../render/href.ts';
import { exact, type Html, html, nothing } from '../../render/html.ts';
import type { FieldProblem } from '../../web-error.ts';
import { eventsOf } from './event-moments.ts';

export interface RuleFormOptions {
  fields: RuleFields;
  /** The kind of the extension: not every kind has every event. */
  kind: EntryKind;
  errors: readonly FieldProblem[];
  /** The address that the form is sent to. */
  action: Href;
  /** The address of "Cancel". */
  back: Href;
  /** Its Event ID. */
  id: string;
  /** The URL of another Call Event of the extension, without secrets; absent: there is none, or it is not needed. */
  example?: string | undefined;
  /** The revision of the config.yaml that the rule was read from. */
  revision: string;
  /** The preview, or the result of a test. */
  below: Html;
}

/** The form with all settings of a rule. */
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

/** A list of the mistakes, with links to the fields. @param what the heading: "Not saved" */
export function errorSummary(errors: readonly FieldProblem[], what: string): Html {
  if (errors.length === 0) return nothing;
  return html`<div class="error" role="alert"><p>${what}:</p><ul>${errors.map(({ field, message }) => {
    const name = field.split(/[.[]/)[0] ?? '';
    return html`<li>${name === '' ? message : html`<a href="#f-${name}">${LABELS[name] ?? name}</a>: ${field === name ? '' : `${field}: `}${message}`}</li>`;
  })}</ul></div>`;
}

/** The labels of the fields, by the keys of config.yaml. */
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

/** The errors of a field, to be shown below it, with the attributes that link them for screen readers. */
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

/** A text field of one line. @param hint explains what to enter */
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

/** A choice of several options. */
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
