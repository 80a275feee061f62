/** The formatting of a config.yaml; additions are formatted alike. */
export interface YamlStyle {
  newline: '\n' | '\r\n';
  /** Columns from a key to those below it. */
  step: number;
  /** Columns from a key to the dashes of its list. */
  listStep: number;
  quote: '"' | "'";
}

const LIST = /^( *)[\w"']+:[^\n]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- /gm;
const MAP = /^(["'\w][^\n:#]*):[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)[^\s#-]/m;

export function yamlStyleOf(source: string): YamlStyle {
  const step = MAP.exec(source)?.[2]?.length ?? 2;
  let listStep = step;
  for (const [, above = '', dash = ''] of source.matchAll(LIST)) {
    if (dash.length < above.length) continue;
    listStep = dash.length - above.length;
    break;
  }
  const single = /: +'/.test(source);
  return {
    newline: /\r?\n/.exec(source)?.[0] === '\r\n' ? '\r\n' : '\n',
    step,
    listStep,
    quote: single && !/: +"/.test(source) ? "'" : '"',
  };
}
