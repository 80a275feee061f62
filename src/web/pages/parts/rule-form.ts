import { CALL_EVENT_TITLES } from '../../../call-event-names.ts';
import { EVENT_TYPES } from '../../editing/phone-call-event.ts';
import { type RuleFields, YAML_FIELDS, type YamlField } from '../../editing/rule-form.ts';
import type { FieldProblem } from '../../problem.ts';
import type { Href } from '../../render/href.ts';
import { exact, type Html, html, nothing } from '../../render/html.ts';

export interface RuleFormOptions {
  fields: RuleFields;
  errors: readonly FieldProblem[];
  /** Where it is sent. */
  action: Href;
  /** Where "Cancel" leads. */
  back: Href;
  /** Its Event ID; absent: it gets one of its own. */
  id: string;
  isNew: boolean;
  /** Of the text that it was read from. */
  revision: string;
  /** Preview, or what came of a test. */
  below: Html;
}

/** All that a rule can have. */
export function ruleForm(options: RuleFormOptions): Html {
  const { fields, errors, action, back, id, isNew, revision, below } = options;
  const more = YAML_FIELDS.filter(({ key }) => key !== 'when' && key !== 'body' && key !== 'headers');
  const isMoreUsed = more.some(({ key }) => fields[key] !== '' || hasError(errors, key));
  return html`${errorSummary(errors)}
<form method="post" action="${action}" class="rule" data-preview="preview" novalidate>
<input type="hidden" name="revision" value="${revision}">
${choice(
  'on',
  'Event',
  fields.on ?? '',
  EVENT_TYPES.map((name) => [name, CALL_EVENT_TITLES[name]] as const),
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
${input('url', 'Make request to', fields.url ?? '', 'https://crm.example.com/hook?call={CallID}', errors)}
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
${input('notes', 'Notes', fields.notes ?? '', 'For people', errors)}
${ruleIdField(id, isNew)}
${YAML_FIELDS.filter((field) => !more.includes(field)).map((field) => yamlField(field, fields, errors))}
<details ${isMoreUsed && html`open`}><summary>More</summary>
${more.map((field) => yamlField(field, fields, errors))}
</details>
<p class="row"><button class="primary" name="do" value="save">Save</button>
<button name="do" value="preview">Preview</button>
<button name="do" value="test">Send test</button>
<a class="button" href="${back}">Cancel</a></p>
</form>
<section id="preview" aria-live="polite">${below}</section>`;
}

function ruleIdField(id: string, isNew: boolean): Html {
  return html`<label for="f-id">Event ID</label>
<input id="f-id" class="code" name="id" value="${id}" readonly aria-describedby="h-id" data-copy>
<p class="hint" id="h-id">Sent as X-Event-ID. ${isNew ? 'It is written down with the rule.' : 'It stays.'}</p>`;
}

function errorSummary(errors: readonly FieldProblem[]): Html {
  if (errors.length === 0) return nothing;
  return html`<div class="error" role="alert"><p>Not saved:</p><ul>${errors.map(({ field, message }) => {
    const name = field.split(/[.[]/)[0] ?? '';
    return html`<li>${name === '' ? message : html`<a href="#f-${name}">${LABELS[name] ?? name}</a>: ${field === name ? '' : `${field}: `}${message}`}</li>`;
  })}</ul></div>`;
}

const LABELS: Readonly<Record<string, string>> = {
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

/** A line of text. */
export function input(
  name: string,
  label: string,
  value: string,
  placeholder: string,
  errors: readonly FieldProblem[],
): Html {
  const { attributes, shown } = described(name, errors, false);
  return html`<label for="f-${name}">${label}</label>
<input id="f-${name}" name="${name}" value="${exact(value)}" placeholder="${placeholder}" autocomplete="off" spellcheck="false" ${attributes}>
${shown}`;
}

function choice(
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

function yamlField({ key, label, hint, rows }: YamlField, fields: RuleFields, errors: readonly FieldProblem[]): Html {
  const { attributes, shown } = described(key, errors, true);
  const value = fields[key] ?? '';
  const lines = Math.min(12, Math.max(rows, value.split('\n').length));
  return html`<label for="f-${key}">${label}</label>
<textarea id="f-${key}" name="${key}" class="code" rows="${lines}" spellcheck="false" ${attributes}>
${exact(value)}</textarea>
<p class="hint" id="h-${key}">${hint}</p>
${shown}`;
}
