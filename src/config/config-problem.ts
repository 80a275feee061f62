/** One thing that is wrong in config.yaml, and where. Lines and columns count from 1. */
export interface Problem {
  line: number;
  column: number;
  /** The key as a path: `extensions.101.events[0].url`; `''` for the file as a whole. */
  key: string;
  message: string;
}

/** config.yaml cannot be used; all problems at once, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'BAD_CONFIG';
  readonly file: string;
  readonly problems: readonly Problem[];

  /** @param file as the user named it */
  constructor(file: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    super(sorted.map((problem) => formatProblem(file, problem)).join('\n'));
    this.file = file;
    this.problems = sorted;
  }
}

/** `config.yaml:4:9: asterisk.port: expected a whole number` */
export function formatProblem(file: string, { line, column, key, message }: Problem): string {
  return `${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}${message}`;
}

/** `extensions.101.events[0].url` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}
