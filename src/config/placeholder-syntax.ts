/**
 * Texts with placeholders: `Missed call from {CallerIDNam|CallerIDNum|a hidden number}`. Of the names between the bars the first
 * that is known is taken; the last may be a text of its own. A brace that is to stand is `{{`; a closing one just stands.
 * `{}` and a reference to a secret that was kept (`${file:/path}`) are text.
 */
export type TemplatePart =
  | { kind: 'text'; text: string }
  /** `source` is as it is written, braces and all. */
  | { kind: 'placeholder'; source: string; alternatives: readonly string[] }
  /** A `{` that nothing closes. */
  | { kind: 'stray brace' };

const BRACE =
  /(?<reference>\$\{(?:file|env|credential):[^}]*\})|(?<brace>\{\{)|(?<empty>\{\})|\{(?<inside>[^{}]+)\}|\{/g;

/** @param template any text: what is wrong in it is a part too */
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

/** A text as a template that stands for just this text. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('{', '{{');
}

/** The text with every placeholder replaced by the same one, to look at what is around them. */
export function withPlaceholdersAs(template: string, replacement: string): string {
  return parseTemplate(template)
    .map((part) => (part.kind === 'text' ? part.text : part.kind === 'placeholder' ? replacement : '{'))
    .join('');
}

/** The names in all placeholders of a text, with the texts that may stand last. */
export function namesInTemplate(template: string): string[] {
  return parseTemplate(template).flatMap((part) => (part.kind === 'placeholder' ? part.alternatives : []));
}
