/**
 * The same dialplan with Macro() for Gosub(), as FreePBX had it up to Asterisk 16: `Gosub(macro-dial-one,s,1(15,tT))`
 * is `Macro(dial-one,15,tT)`, and such a context ends with MacroExit(). Subroutines that begin elsewhere stay what they
 * are.
 */
export function withMacros(dialplan: string): string {
  let context = '';
  let exten = '';
  return dialplan
    .split('\n')
    .map((line) => {
      context = /^\[(.+)\]/.exec(line)?.[1] ?? context;
      exten = /^exten => ([^,]+),/.exec(line)?.[1] ?? exten;
      const isMacro = context.startsWith('macro-') && exten === 's';
      return line
        .replace(/Gosub\(macro-([\w-]+),s,1(?:\((.*)\))?\)$/, (_, name: string, values = '') =>
          values === '' ? `Macro(${name})` : `Macro(${name},${values})`,
        )
        .replace(/Return\(\)$/, isMacro ? 'MacroExit()' : 'Return()');
    })
    .join('\n');
}
