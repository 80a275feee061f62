import type { JsonTemplate } from '../../config.ts';
import { isJsonScalar } from '../../yaml/json-scalar.ts';
import type { YamlStyle } from './yaml-style.ts';

/** How a value is to be written at its place. */
export interface RenderOptions {
  style: YamlStyle;
  /** Within `{ }` or `[ ]`. */
  inFlow: boolean;
  /** As JSON is written: all texts and keys in double quotes. */
  asJson?: boolean;
  /** Whether `5` and `"5"` differ there, as in a body. */
  isTyped: boolean;
  /** How the text was quoted that is replaced. */
  quotes?: 'plain' | '"' | "'" | undefined;
}

/** Longer lists and maps are written in block style. */
const LONGEST_FLOW = 90;

/** Texts that plain-yaml.ts can read: all others are put into quotes, so that large files stay quick to read. */
const PLAIN = /^[A-Za-z0-9_/+$.](?:[^:# ]|:(?! |$)|(?<! )#| +(?![ #]))*$/;
const PLAIN_IN_FLOW = /^[A-Za-z0-9_/+$.](?:[^:#, "'{}[\]]|:(?=[^ ,]))*$/;
const PLAIN_KEY = /^[A-Za-z0-9_][A-Za-z0-9_.*+-]*$/;

/** Characters that a text without quotes cannot have, and one in single quotes neither. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/;

/** Texts that other YAML parsers take for a number, a boolean or null. */
const NO_TEXT =
  /^(?:[-+]?(?:\d[\d_]*)?\.?\d*(?:e[-+]?\d+)?|0x[\da-f]+|0o?[0-7]+|[-+]?\.inf|\.nan|true|false|yes|no|on|off|null|[-+]?\d[\d:.-]*)$/i;

/** A value on one line. */
export function renderInline(value: JsonTemplate, options: RenderOptions): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => renderInline(item, { ...options, inFlow: true, quotes: undefined }));
    return `[${items.join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null)
    return renderScalar(value as string | number | boolean | null, options);
  const pairs = Object.entries(value).map(
    ([key, one]) => `${renderKey(key, options)}: ${renderInline(one, { ...options, inFlow: true, quotes: undefined })}`,
  );
  if (pairs.length === 0) return '{}';
  return options.asJson === true ? `{${pairs.join(', ')}}` : `{ ${pairs.join(', ')} }`;
}

/** A value on lines of its own, without their common indentation; absent for a value that goes behind its key. */
export function renderBlock(value: JsonTemplate, options: RenderOptions): string[] | undefined {
  if (typeof value !== 'object' || value === null || isInline(value, options)) return undefined;
  if (Array.isArray(value)) return value.flatMap((item) => renderItem(item, options));
  return Object.entries(value).flatMap(([key, one]) => renderPair(key, one, options));
}

/** `key: value`, on as many lines as it takes. */
export function renderPair(key: string, value: JsonTemplate, options: RenderOptions): string[] {
  const name = renderKey(key, options);
  const isTyped = options.isTyped || key === 'body';
  const inner = { ...options, isTyped, quotes: undefined };
  const lines = renderBlock(value, inner);
  if (lines === undefined) return [`${name}: ${renderInline(value, inner)}`];
  return [`${name}:`, ...indented(lines, Array.isArray(value) ? options.style.listStep : options.style.step)];
}

/** `- value`, on as many lines as it takes. */
export function renderItem(value: JsonTemplate, options: RenderOptions): string[] {
  const lines = isRule(value)
    ? renderRule(value, options)
    : (renderBlock(value, options) ?? [renderInline(value, options)]);
  return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

export const indented = (lines: readonly string[], columns: number) =>
  lines.map((line) => (line === '' ? line : `${' '.repeat(columns)}${line}`));

export function renderKey(key: string, { style, asJson }: RenderOptions): string {
  if (asJson === true) return JSON.stringify(key);
  if (PLAIN_KEY.test(key) && !NO_TEXT.test(key)) return key;
  // `on` is a boolean to other YAML parsers, but the first key of every rule here.
  if (key === 'on') return key;
  return quoted(key, style.quote);
}

/** A rule is always written in block style, however few its keys are. */
const isRule = (value: JsonTemplate): value is { readonly [key: string]: JsonTemplate } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'on' in value && 'url' in value;

const renderRule = (rule: { readonly [key: string]: JsonTemplate }, options: RenderOptions) =>
  Object.entries(rule).flatMap(([key, one]) => renderPair(key, one, options));

/** Flat, and short enough for one line. */
function isInline(value: object, options: RenderOptions): boolean {
  const parts: unknown[] = Object.values(value);
  if (parts.length === 0) return true;
  if (options.inFlow) return true;
  if (parts.some((part) => typeof part === 'object' && part !== null) || parts.some(isRule as never)) return false;
  return renderInline(value as JsonTemplate, options).length <= LONGEST_FLOW;
}

function renderScalar(value: string | number | boolean | null, options: RenderOptions): string {
  if (typeof value !== 'string') return String(value);
  const { style, inFlow, asJson, isTyped, quotes } = options;
  if (asJson === true) return quoted(value, '"');
  if (quotes === '"' || quotes === "'") return quoted(value, quotes);
  const mayBePlain =
    !SPECIAL.test(value) && (inFlow ? PLAIN_IN_FLOW : PLAIN).test(value) && !/^(?:null|\.\.\.)/i.test(value);
  const isNoText = isTyped ? isJsonScalar(value) || NO_TEXT.test(value) : quotes !== 'plain' && NO_TEXT.test(value);
  return mayBePlain && !value.endsWith(' ') && !isNoText ? value : quoted(value, style.quote);
}

function quoted(value: string, quote: '"' | "'"): string {
  if (quote === "'" && !SPECIAL.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replaceAll(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
