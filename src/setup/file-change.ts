/** A planned change to a file. */
export interface FileChange {
  path: string;
  /** The present text; absent: the file does not exist. */
  before: string | undefined;
  /** The new text; absent: the file is removed. */
  after: string | undefined;
  /** The mode of a new file; an existing file keeps its own. */
  mode: number;
  /** The owner of a new file. Left out: the user who runs setup. */
  owner?: { uid: number; gid: number };
  /** The text is not shown. */
  isSecret?: boolean;
  /** The commands that make the same change, for a user who may not write the file here. */
  byHand: string;
}

/** Whether the text changes at all. */
export const isChange = ({ before, after }: FileChange) => before !== after;

/** A change for people: the file, then the removed and the added lines. @param shown takes secrets out of a line */
export function textOfChange(
  { path, before, after, mode, isSecret }: FileChange,
  shown: (text: string) => string,
): string {
  if (after === undefined) return `- ${path} is removed\n`;
  const what = before === undefined ? `+ ${path} (new, mode ${mode.toString(8).padStart(4, '0')})` : `~ ${path}`;
  if (isSecret === true) return `${what}\n    + (not shown)\n`;
  const lines = differences(linesOf(before ?? ''), linesOf(after)).map((line) => `    ${shown(line)}`);
  return `${[what, ...lines].join('\n')}\n`;
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));

/** The lines between the common beginning and the common end: setup changes a file in one place. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [
    ...before.slice(start, before.length - end).map((line) => `- ${line}`),
    ...after.slice(start, after.length - end).map((line) => `+ ${line}`),
  ];
}

/** A shell command with a here-document, to be copied. */
export function hereDocument(command: string, text: string): string {
  return `${command} <<'END-OF-CALL-EVENTS'\n${text}${text.endsWith('\n') ? '' : '\n'}END-OF-CALL-EVENTS`;
}

/** A word, quoted where a shell needs it. */
export const forShell = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
