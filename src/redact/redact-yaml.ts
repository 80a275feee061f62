import { isSecretName } from './secret-names.ts';

const REFERENCE = /^["']?\$\{(?:file|env|credential):[^}]*\}["']?$/;

/** A key with what stands behind it in its line: a text in quotes, a list or a map in brackets, or words. */
const FIELD =
  /((?:["'])?)([\w.-]{2,60})\1(:[ \t]+)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\[[^\]\n]*\]|[^\s,}\]#{&|>][^,}\]\n#]*)/g;

/** A key alone, whose value stands in the lines below it. */
const HEAD = /^([ \t]*)(?:- +)*["']?([\w.-]{2,60})["']?:[ \t]*(?:[|>][-+\d]*)?[ \t]*(?:#.*)?$/;

/** YAML as it may be shown: without the values of keys that sound secret, whether they stand in the same line or below. */
export function redactYaml(yaml: string): string {
  /** How far the key is indented whose value is redacted. */
  let inside: number | undefined;
  return yaml
    .split('\n')
    .map((line) => {
      const indent = line.search(/[^ \t\r]/);
      if (inside !== undefined && (indent < 0 || indent > inside)) return redactLine(line);
      inside = undefined;
      const [, before = '', name = ''] = HEAD.exec(line.replace(/\r$/, '')) ?? [];
      if (isSecretKey(name)) inside = before.length;
      return line.replaceAll(FIELD, (field, quote: string, key: string, colon: string, value: string) =>
        isSecretKey(key) && !REFERENCE.test(value.trim()) ? `${quote}${key}${quote}${colon}***` : field,
      );
    })
    .join('\n');
}

/** `tokens` holds what its own keys name. */
const isSecretKey = (name: string) => name !== '' && name !== 'tokens' && isSecretName(name);

function redactLine(line: string): string {
  const [, before = '', value = ''] = /^([ \t]*(?:- +)?)(.*?)\r?$/.exec(line) ?? [];
  return value === '' || REFERENCE.test(value) ? line : `${before}***`;
}
