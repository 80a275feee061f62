/**
 * Texts with placeholders: `Missed call from {CallerIDNam|CallerIDNum|a hidden number}`. The first of the
 * names between the bars that has a value is taken; the last may be a literal text. `{{` stands for an opening brace; a
 * closing brace needs no escape. `{}` and an unresolved reference to a secret (`${file:/path}`) are text.
 */
export type TemplatePart =
  | { kind: 'text'; text: string }
  /** `source` is the placeholder as it is written, with its braces. */
  | { kind: 'placeholder'; source: string; alternatives: readonly string[] }
  /** A `{` that nothing closes. */
  | { kind: 'stray brace' };

const BRACE =
  /(?<reference>\$\{(?:file|env|credential):[^}]*\})|(?<brace>\{\{)|(?<empty>\{\})|\{(?<inside>[^{}]+)\}|\{/g;

/** @param template any text: a mistake in it is a part too */
export function parseTemplate(template: string): TemplatePart[] {
  if (!template.includes('{')) return [{ kind: 'text', text: template }];
  const parts: TemplatePart[] = [];
  const add = (text: string) => {
    const last = parts.at(-1);
    if (last?.kind === 'text') last.text += text;
    else if (text !== '') parts.push({ kind: 'text', text });
  };
  let end = 0;
  for (const { 0: source, index, groups = {} } of template.matchAll(BRACE)) {
    add(template.slice(end, index));
    end = index + source.length;
    if (groups.reference !== undefined || groups.empty !== undefined) add(source);
    else if (groups.brace !== undefined) add('{');
    else if (groups.inside === undefined) parts.push({ kind: 'stray brace' });
    else parts.push({ kind: 'placeholder', source, alternatives: groups.inside.split('|') });
  }
  add(template.slice(end));
  return parts;
}

/** The template that stands for exactly this text. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('{', '{{');
}

/** The text with the same replacement for every placeholder, to examine the rest of it. */
export function withPlaceholdersAs(template: string, replacement: string): string {
  return parseTemplate(template)
    .map((part) => (part.kind === 'text' ? part.text : part.kind === 'placeholder' ? replacement : '{'))
    .join('');
}

/** The names in all placeholders of a text, and the literal texts at their ends. */
export function namesInTemplate(template: string): string[] {
  return parseTemplate(template).flatMap((part) => (part.kind === 'placeholder' ? part.alternatives : []));
}
