import { formatPath, type Problem } from '../config-problem.ts';
import type { LoadOptions } from '../load-options.ts';
import { resolveReferences, SecretError } from '../resolve-references.ts';
import type { YamlTree } from '../yaml/yaml-tree.ts';
import { misspeltReference } from './reference-places.ts';

export type Path = readonly (string | number)[];

/** Given to every check: where it reports problems, and how it gets secrets. */
export interface CheckContext {
  /** The value at this path is wrong. */
  fail(path: Path, message: string): void;
  /** This key in the map at this path is wrong. */
  failKey(path: Path, key: string, message: string): void;
  /** The value at this path is valid, but probably a mistake. */
  hint(path: Path, message: string): void;
  /** This key is valid, but probably a mistake. */
  hintKey(path: Path, key: string, message: string): void;
  /**
   * The text with the secrets that it refers to; `''` where a secret cannot be fetched, which is reported.
   * @param written how a secret is written in this text; left out: as it is
   */
  resolveSecrets(text: string, path: Path, written?: (secret: string) => string): string;
  /** Whether the text at this path stands in quotes, or in lines of its own. */
  isQuoted(path: Path): boolean;
  /** Keeps a secret out of everything that is printed. */
  keepSecret(text: string): void;
  /** Whether references are left as they stand: then nothing outside of the file is looked at. */
  readonly keepsReferences: boolean;
  /** How many problems were reported so far. */
  readonly reportCount: number;
}

export interface CheckResult extends CheckContext {
  readonly secrets: readonly string[];
  readonly hints: readonly Problem[];
}

/** @param onProblem receives each problem */
export function createCheckContext(
  tree: YamlTree,
  options: LoadOptions,
  onProblem: (problem: Problem) => void,
): CheckResult {
  let reportCount = 0;
  const report = (problem: Problem) => {
    reportCount++;
    onProblem(problem);
  };
  const secrets = new Set<string>();
  const hints: Problem[] = [];
  const keepsReferences = options.secrets === 'keep';
  const fail = (path: Path, message: string) => report({ ...tree.placeOf(path), key: formatPath(path), message });
  const at = (path: Path, key: string) => ({ ...tree.placeOfKey(path, key), key: formatPath([...path, key]) });
  const keepSecret = (text: string) => {
    secrets.add(text);
  };
  return {
    fail,
    failKey: (path, key, message) => report({ ...at(path, key), message }),
    hint(path, message) {
      hints.push({ ...tree.placeOf(path), key: formatPath(path), message });
    },
    hintKey(path, key, message) {
      hints.push({ ...at(path, key), message });
    },
    keepSecret,
    keepsReferences,
    isQuoted: (path) => /^["'|>]/.test(tree.lineFrom(path)),
    resolveSecrets(text, path, written) {
      const misspelt = misspeltReference(text);
      if (misspelt !== undefined) {
        fail(path, misspelt);
        return '';
      }
      if (keepsReferences) return text;
      try {
        return resolveReferences(text, options.env ?? process.env, keepSecret, written);
      } catch (error) {
        if (!(error instanceof SecretError)) throw error;
        fail(path, error.message);
        return '';
      }
    },
    get reportCount() {
      return reportCount;
    },
    get secrets() {
      return [...secrets];
    },
    hints,
  };
}
