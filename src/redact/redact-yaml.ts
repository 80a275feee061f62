import { isSecretName } from './secret-names.ts';

const REFERENCE = /^["']?\$\{(?:file|env|credential):[^}]*\}["']?$/;

/** A key with its value in the same line: a quoted text, a list or a map in brackets, or words. */
const FIELD =
  /((?:["'])?)([\w.-]{2,60})\1(:[ \t]+)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\[[^\]\n]*\]|[^\s,}\]#{&|>][^,}\]\n#]*)/g;

/** A key alone on its line, with its value in the lines below. */
const HEAD = /^([ \t]*)(?:- +)*["']?([\w.-]{2,60})["']?:[ \t]*(?:[|>][-+\d]*)?[ \t]*(?:#.*)?$/;

/** YAML without the values of keys with secret names, whether in the same line or below. */
export function redactYaml(yaml: string): string {
  /** The indentation of the key whose value is being redacted. */
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

/** `tokens` itself is a map: its own keys are checked. */
const isSecretKey = (name: string) => name !== '' && name !== 'tokens' && isSecretName(name);

function redactLine(line: string): string {
  const [, before = '', value = ''] = /^([ \t]*(?:- +)?)(.*?)\r?$/.exec(line) ?? [];
  return value === '' || REFERENCE.test(value) ? line : `${before}***`;
}
