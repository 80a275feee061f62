// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { isAlias, isScalar, parseDocument, visit } from 'yaml';
import type { Written } from '../../config/edit/config-editor.ts';
import { renderBlock, renderInline, renderKey } from '../../config/edit/text/render-yaml.ts';
import { writtenValue } from '../../config/edit/text/written-value.ts';
import { isEmptyNode } from '../../config/edit/text/yaml-ranges.ts';

/*
 * A rule as the fields of a form, and back. Keys without a plain field are written as YAML, as in config.yaml.
 */

/** The field of each key that is written as YAML. */
export interface YamlField {
  key: string;
  label: string;
  hint: string;
  /** Each is a valid content of the field. */
  examples: readonly string[];
  /** The height of the field in lines. */
  rows: number;
}

export const YAML_FIELDS: readonly YamlField[] = [
  {
    key: 'when',
    label: 'Only when',
    hint: 'Conditions, one a line; all must hold. For example',
    examples: ['CallStatus: UNKNOWN', 'from: outside', 'CallerIDNum: [_+1800X., anonymous]'],
    rows: 2,
  },
  {
    key: 'headers',
    label: 'More headers',
    hint: 'One a line. For example',
    examples: ['Authorization: "Bearer ${file:/etc/call-events/crm.token}"'],
    rows: 2,
  },
  {
    key: 'params',
    label: 'More parameters',
    hint: 'One a line. For example',
    examples: ['who: "{CallerIDNam|CallerIDNum}"'],
    rows: 3,
  },
  {
    key: 'body',
    label: 'Body',
    hint: 'Of a POST; left empty it is a form with the values of the call. Else the JSON to send, or the word json for these values. For example',
    examples: ['text: "Missed call from {CallerIDNam|CallerIDNum|a hidden number}"'],
    rows: 3,
  },
  {
    key: 'accept',
    label: 'Also delivered by',
    hint: 'Answers besides 2xx that count as delivered. For example',
    examples: ['[302]'],
    rows: 1,
  },
  {
    key: 'parameters',
    label: 'Further call parameters',
    hint: 'For example',
    examples: ['[EventTime, Duration, TalkTime, HangupCause]'],
    rows: 1,
  },
  { key: 'variables', label: 'Channel variables', hint: 'For example', examples: ['[CRM_ID]'], rows: 1 },
  { key: 'profile', label: 'Profile', hint: 'How the values are named:', examples: ['standard', 'voipnow'], rows: 1 },
  { key: 'timeout', label: 'Deadline of one attempt', hint: 'For example', examples: ['5s'], rows: 1 },
  {
    key: 'retry',
    label: 'Retries',
    hint: 'When it is tried, counted from the event. For example',
    examples: ['tries: [0s, 1s, 5s, 30s]'],
    rows: 2,
  },
  {
    key: 'signing',
    label: 'Signing',
    hint: 'For example',
    examples: ['secrets: ["${file:/etc/call-events/signing.key}"]'],
    rows: 2,
  },
];

/** The texts of a form's fields, by their names. */
export type RuleFields = Readonly<Record<string, string>>;

/** @param rule without secrets */
export function fieldsOfRule(rule: Written): RuleFields {
  const text = (key: string, otherwise: string) => String(rule[key] ?? otherwise);
  return {
    on: text('on', 'dial-in').toLowerCase(),
    id: text('id', ''),
    method: text('method', 'GET').toUpperCase(),
    url: text('url', ''),
    status: text('status', 'enabled'),
    notes: text('notes', ''),
    ...Object.fromEntries(YAML_FIELDS.map(({ key }) => [key, yamlOf(key, rule[key])])),
  };
}

/** The fields of a form that was sent. */
export function fieldsOfForm(form: URLSearchParams): RuleFields {
  const names = ['on', 'id', 'method', 'url', 'status', 'notes', ...YAML_FIELDS.map(({ key }) => key)];
  return Object.fromEntries(names.map((name) => [name, (form.get(name) ?? '').replaceAll('\r\n', '\n').trim()]));
}

export interface WrongField {
  field: string;
  message: string;
}

/** @returns the keys of config.yaml; `null` for an empty field */
export function ruleOfFields(fields: RuleFields): { rule: Written; wrong: WrongField[] } {
  const wrong: WrongField[] = [];
  const plain = Object.fromEntries(
    ['on', 'method', 'url', 'status', 'notes'].map((key) => [key, fields[key] === '' ? null : (fields[key] ?? null)]),
  );
  const parsed = YAML_FIELDS.map(({ key }): [string, Written[string]] => {
    const { value, message } = parseField(key, fields[key] ?? '');
    if (message !== undefined) wrong.push({ field: key, message });
    return [key, value];
  });
  return { rule: { ...plain, ...Object.fromEntries(parsed) }, wrong };
}

const LONGEST = 100_000;

function parseField(key: string, text: string): { value: Written[string]; message?: string } {
  if (text === '') return { value: null };
  if (text.length > LONGEST) return { value: null, message: 'is too long' };
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined)
    return { value: null, message: `line ${lineOf(text, error.pos[0])}: ${plainWords(error.message)}` };
  let hasAlias = false;
  visit(document, {
    Node(_, node) {
      hasAlias ||= isAlias(node) || node.anchor !== undefined;
    },
  });
  if (hasAlias) return { value: null, message: 'a text that begins with "*" or "&" needs quotes' };
  if (isScalar(document.contents) && isEmptyNode(document.contents)) return { value: null };
  return { value: writtenValue(document.contents, document, key === 'body') };
}

const lineOf = (text: string, offset: number) => text.slice(0, offset).split('\n').length;

const plainWords = (message: string) =>
  /must be on a single line|Nested mappings|Implicit/.test(message)
    ? 'a value that holds ": " needs quotes, or a line is indented too far'
    : message;

const STYLE = { newline: '\n', step: 2, listStep: 2, quote: '"' } as const;

function yamlOf(key: string, value: Written[string] | undefined): string {
  if (value === undefined || value === null) return '';
  const options = { style: STYLE, inFlow: false, isTyped: key === 'body' };
  const isMap = typeof value === 'object' && !Array.isArray(value);
  // One key a line, which is easier to change than braces.
  const lines = isMap
    ? Object.entries(value).flatMap(([name, one]) => linesOf(name, one, options))
    : (renderBlock(value, options) ?? [renderInline(value, options)]);
  return lines.join('\n');
}

function linesOf(name: string, value: Written[string], options: Parameters<typeof renderBlock>[1]): string[] {
  const inner = renderBlock(value, options);
  const only = renderKey(name, options);
  if (inner === undefined) return [`${only}: ${renderInline(value, options)}`];
  return [`${only}:`, ...inner.map((line) => `  ${line}`)];
}
