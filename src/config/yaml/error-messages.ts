import type { YAMLError } from 'yaml';

/**
 * An error of the YAML parser, in words for the administrator who has to correct it. The parser's own message is used
 * only where it quotes nothing of the file: the text may be a secret.
 */
export function messageOfYamlError(error: YAMLError, source: string): string {
  const [line, before] = linesAt(source, error.pos[0]);
  if (STAR_KEY.test(line) || STAR_KEY.test(before))
    return 'a key that begins with "*" needs quotes, such as "*8": without them it is an alias for YAML';
  if (/^\s*-[a-z]\w*:/i.test(line)) return 'a blank is missing after the "-"';
  if (/stack/i.test(error.message)) return 'lists or maps stand within each other far too deeply';
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'a tab is used to indent; YAML needs spaces';
    case 'DUPLICATE_KEY':
      if (/^\s*on\s*:/.test(line)) return 'a "-" is missing before it: each event begins with "- on:"';
      return 'this key is here a second time; the first one is above';
    case 'BAD_INDENT':
      return /end with a ([\]}])/.test(error.message)
        ? `a "${error.message.endsWith(']') ? '[' : '{'}" is not closed; if it is, ${INDENT}`
        : `this line does not fit the lines above it; ${INDENT}: the keys of one map stand in one column`;
    case 'BAD_SCALAR_START':
      return `${error.message}; put the value into quotes`;
    case 'MISSING_CHAR':
      if (error.message.includes('without -'))
        return `this line does not fit the list above it; ${INDENT}: the keys of one event stand in one column`;
      if (error.message.includes('quote')) return 'a quote is opened, and not closed';
      if (error.message.startsWith('Implicit map keys')) return 'a ":" is missing after this key';
      if (/\{\w+\}/.test(line)) return 'a text that holds { } needs quotes within [ ]';
      return `${error.message}; a quote or bracket is not closed, or a ":" or "," is missing`;
    case 'BLOCK_IN_FLOW':
      return 'within { } or [ ] a "," is missing before this, or a value that holds ": " needs quotes';
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (!/:\s.*:\s/.test(line))
        return `the line below this one is indented too far, and so it became a part of this value`;
      return `a value that holds ": " needs quotes; if none does, ${INDENT}`;
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a key must end in ":" on its own line; a quote may not be closed above';
    case 'BAD_DQ_ESCAPE':
      return `within double quotes "\\" begins an escape, and this one is unknown; use single quotes ('…')`;
    case 'TAG_RESOLVE_FAILED':
      return 'a text that begins with "!" needs quotes';
    case 'BAD_ALIAS':
      return 'a text that begins with "*" or "&" needs quotes';
    case 'UNEXPECTED_TOKEN':
      if (/^\s*(- )?[^\s:]+:\s*[|>]/.test(line)) return 'a text that begins with "|" or ">" needs quotes';
      return 'this does not belong here; a quote, bracket or comma before it may be wrong';
    default:
      return error.message;
  }
}

const INDENT = 'check how far this line is indented';
const STAR_KEY = /^\s*\*[^\s:]*\s*:/;

/** The line at an offset, and the one before it. */
function linesAt(source: string, offset: number): [line: string, before: string] {
  const lines = source.slice(0, offset).split('\n');
  const rest = source.slice(offset).split('\n', 1)[0] ?? '';
  return [`${lines.at(-1) ?? ''}${rest}`, lines.at(-2) ?? ''];
}
