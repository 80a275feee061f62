import type { ExtensionEntry, Rule } from '../../config/config.ts';
import { ConfigError, type Problem } from '../../config/config-problem.ts';
import {
  type Change,
  ChangedMeanwhile,
  type ChangePreview,
  EditRefused,
  type EntryPlace,
  type SavedChange,
  type Written,
} from '../../config/edit/config-editor.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';
import { extensionsOf } from './extensions-of.ts';
import { fieldProblemOf } from './problem-of-field.ts';
import { maskRule } from './secret-masks.ts';

/** A rule of an extension. */
export interface StoredRule {
  /** Event ID. */
  id: string;
  /** The rule as it is written, with secrets. */
  written: Written;
  /** The rule without secrets, to be shown. */
  shown: Written;
}

/** An extension, or a pattern, and its rules. */
export interface StoredExtension {
  /** Its name in the address: `101`, `_1XX`. */
  name: string;
  /** The server whose own extensions it belongs to, or would belong to; absent: the extensions for all servers. */
  server: string | undefined;
  /** Its own entry in config.yaml, as it is written; absent: only a pattern matches it. */
  entry: Written | undefined;
  /** The key that its rules stand under: its own or a pattern's; absent: it has no rules. */
  rulesFrom: string | undefined;
  /** The server whose own extensions have that key; absent: the extensions for all servers. */
  rulesServer: string | undefined;
  rules: StoredRule[];
  /**
   * The revision of the text that it was read from; a change requires this revision. Absent when it cannot be changed
   * now.
   */
  revision: string | undefined;
  /** Why it cannot be changed, and what to do; absent: it can. */
  readOnly: string | undefined;
}

/** config.yaml has changed since the text that a change was made for. */
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

  /**
   * @param server its own extensions are searched before those for all; absent: those for all, then each server's own
   * @throws WebError 404 when there is no such extension, and no pattern that matches it
   */
  async extension(name: string, server?: string): Promise<StoredExtension> {
    const place = this.#placeOf(name, server);
    const own = this.entry(name, place.server);
    const source = this.#sourceOf(place, own);
    try {
      return await this.#asWritten(place, source);
    } catch (error) {
      return this.#asInForce(place, own, source, whyUnreadable(error));
    }
  }

  /** The place of an extension's entry, or of its future entry where only a pattern matches it. */
  #placeOf(extension: string, wanted: string | undefined): EntryPlace {
    const server = this.#serversFor(wanted).find((one) => this.#isKnown(extension, one));
    if (!this.#isKnown(extension, server))
      throw new WebError(404, `there is no extension ${extension}, and no pattern that matches it`);
    // A server has the extensions for all servers as well.
    const isForAll = this.entry(extension, server) === undefined && this.entry(extension) !== undefined;
    return { extension, server: isForAll ? undefined : server };
  }

  /** Whose extensions are looked through, one after the other; absent: those for all. @throws WebError 404 */
  #serversFor(wanted: string | undefined): readonly (string | undefined)[] {
    if (wanted === undefined) return [undefined, ...this.#context.config.servers.map(({ server }) => server)];
    this.expectServer(wanted);
    return [wanted];
  }

  #isKnown(name: string, server: string | undefined): boolean {
    if ((this.entry(name, server) ?? this.entry(name)) !== undefined) return true;
    return !name.startsWith('_') && extensionsOf(this.#context, server).sourceOf(name).entry !== name;
  }

  /** The place of its rules: its own entry, or a pattern's; absent: it has no rules. */
  #sourceOf({ extension, server }: EntryPlace, own: ExtensionEntry | undefined): EntryPlace | undefined {
    if (own?.rules !== undefined) return { extension, server };
    if (extension.startsWith('_')) return undefined;
    const { rules } = extensionsOf(this.#context, server).sourceOf(extension);
    if (rules === undefined) return undefined;
    return { extension: rules, server: this.entry(rules, server) && server };
  }

  /** The extension by the active configuration, when config.yaml cannot be read or changed. */
  #asInForce(
    { extension, server }: EntryPlace,
    own: ExtensionEntry | undefined,
    source: EntryPlace | undefined,
    readOnly: string,
  ): StoredExtension {
    const from = source && this.entry(source.extension, source.server);
    return {
      name: extension,
      server,
      entry: own && settingsOf(own),
      rulesFrom: from?.rules && from.key,
      rulesServer: from?.rules && from.server,
      rules: (from?.rules ?? []).map((rule) => this.#stored(rule.id, writtenOf(rule))),
      revision: undefined,
      readOnly,
    };
  }

  /** @throws WebError 404 when no Asterisk server of a list has this name */
  expectServer(name: string): void {
    if (!this.#context.config.servers.some(({ server }) => server === name))
      throw new WebError(404, `there is no Asterisk ${name} in config.yaml`);
  }

  /**
   * Where an extension has an active entry of its own key; absent: nowhere. The server as for {@link extension}.
   * @throws WebError 404 when there is no such server
   */
  entryPlace(extension: string, wanted?: string): EntryPlace | undefined {
    const servers = wanted === undefined ? this.#serversFor(wanted) : [...this.#serversFor(wanted), undefined];
    const server = servers.find((one) => this.entry(extension, one) !== undefined);
    return this.entry(extension, server) && { extension, server };
  }

  /** The active entry of this key: for all servers, or one of a server's own. */
  entry(key: string, server?: string): ExtensionEntry | undefined {
    return this.#context.config.extensions.find((one) => one.key === key && one.server === server);
  }

  /**
   * Shows what a change would do.
   * @throws WebError
   */
  async preview(changes: readonly Change[], revision?: string): Promise<ChangePreview> {
    return this.#try(async () => this.#context.editor.preview(changes, revision));
  }

  /**
   * Writes a change, and waits until it is active.
   * @throws WebError: 422 with the wrong fields, 409 when config.yaml has changed meanwhile, 403 when it may not be
   *   written
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

  async #asWritten(place: EntryPlace, source: EntryPlace | undefined): Promise<StoredExtension> {
    const { editor } = this.#context;
    const isOwnSource = source !== undefined && isSamePlace(source, place);
    const { revision, entries } = await editor.read(source === undefined || isOwnSource ? [place] : [place, source]);
    const { whyReadOnly } = editor;
    const { refused } = this.#context.state;
    const own = entries.find((one) => isSamePlace(one.place, place));
    // A change is made in the text of the file, even where that is not active yet.
    const from = own?.ids !== undefined || isOwnSource ? own : entries.find((one) => one !== own);
    const written = (from?.entry.events ?? []) as readonly Written[];
    const isSource = from?.ids !== undefined;
    return {
      name: place.extension,
      server: place.server,
      entry: own?.entry,
      rulesFrom: isSource ? from.place.extension : undefined,
      rulesServer: isSource ? from.place.server : undefined,
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

const isSamePlace = (a: EntryPlace, b: EntryPlace) => a.extension === b.extension && a.server === b.server;

/** The place of an extension in config.yaml. */
export const entryPlaceOf = ({ name, server }: StoredExtension): EntryPlace => ({ extension: name, server });

/** Whether its rules are those of a pattern. */
export const isInherited = ({ name, rulesFrom }: StoredExtension) => rulesFrom !== undefined && rulesFrom !== name;

/** The change that copies a pattern's rules into its own entry, where it has a pattern's; else none. */
export function ownRules(extension: StoredExtension): Change[] {
  const { rulesFrom, rulesServer } = extension;
  if (rulesFrom === undefined || !isInherited(extension)) return [];
  return [{ kind: 'own rules', ...entryPlaceOf(extension), from: { extension: rulesFrom, server: rulesServer } }];
}

/** The problems that a change would cause, by the form's fields. */
export function problemsAsError({ problems }: ChangePreview, changes: readonly Change[]): WebError {
  const own = problems.flatMap((problem) => fieldProblemOf(problem, changes) ?? []);
  if (own.length === 0)
    return new WebError(409, `${HAS_PROBLEMS}: ${problems.map((problem) => placeOf(problem)).join('; ')}`);
  const words = own.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return new WebError(422, words.join('; '), { errors: own });
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof ConfigError) && !(error instanceof EditRefused)) throw error;
  return `${HAS_PROBLEMS}: ${error.message}`;
}

const HAS_PROBLEMS = 'config.yaml has problems, and can be changed here once they are fixed';
const placeOf = ({ line, key, message }: Problem) => `line ${line}: ${key === '' ? '' : `${key}: `}${message}`;

/** The settings of an active entry, as far as a page shows them. */
function settingsOf({ queue, line, channels, did, notes }: ExtensionEntry): Written {
  return {
    ...(queue !== undefined && { queue }),
    ...(line !== undefined && { line }),
    ...(channels !== undefined && { channels }),
    ...(did !== undefined && { did }),
    ...(notes !== undefined && { notes }),
  };
}

/** An active rule, when config.yaml cannot be read. Its secrets are known, and redacted. */
function writtenOf({ on, id, method, url, status, notes, body, headers, params }: Rule): Written {
  return {
    ...{ on, id, method, url, status },
    ...(notes !== undefined && { notes }),
    ...(body !== 'form' && { body }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(params).length > 0 && { params }),
  };
}
