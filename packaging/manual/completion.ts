import type { Command, Option } from 'commander';
import { leavesOf, pathOf } from './command-page.ts';

/** A bash completion, from the commands themselves: commands, their options, and files where a file is wanted. */
export function bashCompletion(program: Command): string {
  const groups = program.commands.filter(({ commands }) => commands.length > 0);
  const cases = leavesOf(program).map((command) => {
    const options = command.options.flatMap(flagsOf);
    return `    '${pathOf(command)}') words='${[...options, '--help'].join(' ')}' ;;`;
  });
  const filesAfter = new Set(leavesOf(program).flatMap(({ options }) => options.filter(takesFile).flatMap(flagsOf)));
  const textAfter = new Set(
    leavesOf(program).flatMap(({ options }) =>
      options.filter((one) => one.required && !takesFile(one)).flatMap(flagsOf),
    ),
  );
  return `# bash completion for call-events; made from its commands.
_call_events() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' word
  COMPREPLY=()
  case $prev in
    ${[...filesAfter].join('|')}) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames; return ;;
    ${[...textAfter].join('|')}) return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $command/$word in
      /-*) ;;
      ${groups.map((group) => `${group.name()}/-*) ;;\n      ${group.name()}/*) command="$command $word" ;;`).join('\n      ')}
      /*) command=$word ;;
    esac
  done
  case $command in
    '') words='${[...program.commands.map((one) => one.name()), 'help', '--help', '--version'].join(' ')}' ;;
${groups.map((group) => `    '${group.name()}') words='${group.commands.map((one) => one.name()).join(' ')}' ;;`).join('\n')}
${cases.join('\n')}
    help) words='${program.commands.map((one) => one.name()).join(' ')}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  case $command in
    replay) [[ $cur == -* ]] || { COMPREPLY+=($(compgen -f -- "$cur")); compopt -o filenames; } ;;
  esac
}
complete -F _call_events call-events
`;
}

const takesFile = ({ flags }: Option) => /<file>|<directory>/.test(flags);
const flagsOf = ({ long, short }: Option) => [long, short].filter((flag) => typeof flag === 'string');
