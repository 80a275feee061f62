/** What is to become of a file. */
export interface FileChange {
  path: string;
  /** Absent: it is not there. */
  before: string | undefined;
  /** Absent: it is removed. */
  after: string | undefined;
  /** Of a file that is made; one that is there keeps its own. */
  mode: number;
  /** Whose a file is that is made. Left out: of the user who runs this. */
  owner?: { uid: number; gid: number };
  /** Its text is not shown. */
  isSecret?: boolean;
  /** What a person types to do the same, where this may not. */
  byHand: string;
}

/** Whether there is anything to do. */
export const isChange = ({ before, after }: FileChange) => before !== after;

/** A change as a person reads it: the file, then the lines that go and come. @param shown keeps secrets out */
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

/** The lines between the common beginning and the common end: a change is in one place. */
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

/** A shell's here-document, for what is to be copied. */
export function hereDocument(command: string, text: string): string {
  return `${command} <<'END-OF-CALL-EVENTS'\n${text}${text.endsWith('\n') ? '' : '\n'}END-OF-CALL-EVENTS`;
}

/** A word as a shell takes it for one. */
export const forShell = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
