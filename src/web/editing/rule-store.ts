import type { ExtensionEntry, Rule } from '../../config/config.ts';
import {
  type Change,
  ChangedMeanwhile,
  EditRefused,
  type PlannedChange,
  type SavedChange,
  type Written,
} from '../../config/edit/config-editor.ts';
import { ConfigError, type Problem } from '../../config/problem.ts';
import type { WebContext } from '../context.ts';
import { WebError } from '../problem.ts';
import { fieldOf } from './fields.ts';
import { maskRule } from './masks.ts';

/** A rule of an extension. */
export interface StoredRule {
  /** Event ID. */
  id: string;
  /** As it is written; with the secrets that stand in it. */
  written: Written;
  /** As it may be shown. */
  shown: Written;
}

/** An extension, or a pattern, and its rules. */
export interface StoredExtension {
  /** As it was asked for: `101`, `_1XX`. */
  name: string;
  /** Its own entry in config.yaml, as it is written; absent: a pattern alone stands for it. */
  entry: Written | undefined;
  /** The key that its rules stand under: its own, that of a pattern, or none. */
  rulesFrom: string | undefined;
  rules: StoredRule[];
  /** Of the text that this stands in; changes are made in no other one. Absent when it cannot be changed now. */
  revision: string | undefined;
  /** Why it cannot be changed, and what to do; absent: it can. */
  readOnly: string | undefined;
}

/** Another text stands there than the one that a change was made for. */
export class ChangedSince extends WebError {
  constructor(message: string) {
    super(409, message);
  }
}

/** Reads and changes the rules of config.yaml, for pages and API. A change is active when it resolves. */
export class RuleStore {
  readonly #context: WebContext;

  constructor(context: WebContext) {
    this.#context = context;
  }

  /** @throws WebError 404 when there is no such extension, and no pattern that matches it */
  async extension(name: string): Promise<StoredExtension> {
    const own = this.entry(name);
    const ofOne = this.#context.config.extensions.find((one) => one.key === name && one.server !== undefined);
    if (own === undefined && ofOne !== undefined)
      return this.#asInForce(
        name,
        ofOne,
        ofOne,
        `${name} is an extension of ${ofOne.server} alone: it stands under asterisk in config.yaml, and is changed there`,
      );
    const extensions = this.#context.extensions();
    const isOwnList = own?.rules !== undefined;
    const isMatched = own === undefined && !name.startsWith('_') && extensions.sourceOf(name).entry !== name;
    if (own === undefined && !isMatched)
      throw new WebError(404, `there is no extension ${name}, and no pattern that matches it`);
    const source = name.startsWith('_') || isOwnList ? (isOwnList ? name : undefined) : extensions.sourceOf(name).rules;
    try {
      return await this.#asWritten(name, source);
    } catch (error) {
      return this.#asInForce(name, own, source === undefined ? undefined : this.entry(source), whyUnreadable(error));
    }
  }

  /** What cannot be changed here now. */
  #asInForce(
    name: string,
    own: ExtensionEntry | undefined,
    from: ExtensionEntry | undefined,
    readOnly: string,
  ): StoredExtension {
    return {
      name,
      entry: own && settingsOf(own),
      rulesFrom: from?.rules && from.key,
      rules: (from?.rules ?? []).map((rule) => this.#stored(rule.id, writtenOf(rule))),
      revision: undefined,
      readOnly,
    };
  }

  /** The active entry of this key, for all servers. */
  entry(key: string): ExtensionEntry | undefined {
    return this.#context.config.extensions.find((one) => one.key === key && one.server === undefined);
  }

  /**
   * Shows what a change would do.
   * @throws WebError
   */
  async plan(changes: readonly Change[], revision?: string): Promise<PlannedChange> {
    return this.#try(async () => this.#context.editor.plan(changes, revision));
  }

  /**
   * Writes a change, and waits until it is active.
   * @throws WebError: 422 with the fields that are wrong, 409 when another text stands there meanwhile, 403 when it may not be written
   */
  async save(changes: readonly Change[], revision?: string): Promise<SavedChange> {
    const { editor, state } = this.#context;
    const { whyReadOnly } = editor;
    if (whyReadOnly !== undefined) throw new WebError(403, whyReadOnly);
    const saved = await this.#try(async () => editor.save(changes, revision));
    if (saved.problems.length > 0) throw problemsAsError(saved, changes);
    if (saved.written !== undefined && !(await this.#context.reload(saved.written)))
      throw new WebError(
        409,
        `config.yaml was written, and cannot be applied: ${(state.refused ?? this.#context.state.refused)?.message ?? 'the service stops'}`,
      );
    return saved;
  }

  async #asWritten(name: string, source: string | undefined): Promise<StoredExtension> {
    const { editor } = this.#context;
    const { revision, entries } = await editor.read([name, ...(source === undefined ? [] : [source])]);
    const { whyReadOnly } = editor;
    const { refused } = this.#context.state;
    const own = entries.get(name);
    // What stands in the file is what a change is made in, also where it is not active yet.
    const rulesFrom = own?.ids !== undefined ? name : source === name ? undefined : source;
    const from = rulesFrom === undefined ? undefined : entries.get(rulesFrom);
    const written = (from?.entry.events ?? []) as readonly Written[];
    return {
      name,
      entry: own?.entry,
      rulesFrom: from?.ids === undefined ? undefined : rulesFrom,
      rules: (from?.ids ?? []).map((id, index) => this.#stored(id, written[index] ?? {})),
      revision,
      readOnly: whyReadOnly ?? (refused && `${HAS_PROBLEMS}: ${refused.message}`),
    };
  }

  #stored(id: string, written: Written): StoredRule {
    return { id, written, shown: maskRule(written, this.#context.redactor) };
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ChangedMeanwhile) throw new ChangedSince(error.message);
      if (error instanceof EditRefused) throw new WebError(409, error.message);
      if (error instanceof ConfigError) throw new WebError(409, whyUnreadable(error));
      throw error;
    }
  }
}

/** What a change would make wrong, by the fields that were given. */
export function problemsAsError({ problems }: PlannedChange, changes: readonly Change[]): WebError {
  const own = problems.flatMap((problem) => fieldOf(problem, changes) ?? []);
  if (own.length === 0)
    return new WebError(409, `${HAS_PROBLEMS}: ${problems.map((problem) => placeOf(problem)).join('; ')}`);
  const words = own.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return new WebError(422, words.join('; '), { errors: own });
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof ConfigError) && !(error instanceof EditRefused)) throw error;
  return `${HAS_PROBLEMS}: ${error.message}`;
}

const HAS_PROBLEMS = 'config.yaml has problems, and can be changed here once they are mended';
const placeOf = ({ line, key, message }: Problem) => `line ${line}: ${key === '' ? '' : `${key}: `}${message}`;

/** The settings of an active entry, as far as a page shows them. */
function settingsOf({ channels, did, notes }: ExtensionEntry): Written {
  return {
    ...(channels !== undefined && { channels }),
    ...(did !== undefined && { did }),
    ...(notes !== undefined && { notes }),
  };
}

/** An active rule, when config.yaml cannot be read. Its secrets are known, and masked. */
function writtenOf({ on, id, method, url, status, notes, body, headers, params }: Rule): Written {
  return {
    ...{ on, id, method, url, status },
    ...(notes !== undefined && { notes }),
    ...(body !== 'form' && { body }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(params).length > 0 && { params }),
  };
}
