import type { Written } from '../../config/edit/config-editor.ts';
import { digestOf, ModifiedTimes } from '../editing/modified-times.ts';
import { newRuleId } from '../editing/new-rule-id.ts';
import { omitDefaults } from '../editing/omit-defaults.ts';
import { type PhoneCallEvent, parseType, phoneCallEventOf, ruleChangeOf, typeOf } from '../editing/phone-call-event.ts';
import {
  ChangedSince,
  entryPlaceOf,
  isInherited,
  ownRules,
  type RuleStore,
  type StoredExtension,
  type StoredRule,
} from '../editing/rule-store.ts';
import { unmaskRule } from '../editing/secret-masks.ts';
import { withQuery } from '../render/href.ts';
import type { ApiAnswer } from '../router.ts';
import type { WebContext } from '../web-context.ts';
import { WebError } from '../web-error.ts';
import { expectMatch } from './etag.ts';

/** Which extension: as of {@link RuleStore.extension}. */
interface ExtensionPlace {
  extension: string;
  server: string | undefined;
}

/** The place of a Call Event. */
interface RulePlace extends ExtensionPlace {
  type: string;
  id: string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Another program may change the file at the same moment: then the change is made anew, this many times. */
const TRIES = 4;

/** Shows and changes the rules of extensions as Call Events. */
export class PhoneCallEvents {
  readonly #context: WebContext;
  readonly #store: RuleStore;
  readonly #times: ModifiedTimes;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: WebContext, store: RuleStore) {
    this.#context = context;
    this.#store = store;
    this.#times = new ModifiedTimes(context.configFile);
  }

  shown({ name, server, rulesFrom }: StoredExtension, { id, shown, written }: StoredRule): PhoneCallEvent {
    return phoneCallEventOf(shown, {
      id,
      modified: this.#times.of(id, written),
      links: {
        self: withQuery(this.#context.href`/api/v1/extensions/${name}/phoneCallEvents/${typeOf(written.on)}/${id}`, {
          server,
        }),
      },
      ...(rulesFrom !== undefined && rulesFrom !== name && { inheritedFrom: rulesFrom }),
    });
  }

  async create(place: ExtensionPlace, body: Readonly<Record<string, unknown>>): Promise<ApiAnswer> {
    return this.#inTurn(async () => {
      const extension = await this.#changeable(place);
      const { name } = extension;
      const given = this.#ruleOf(body, undefined);
      const errors = [
        ...(given.on === undefined ? [{ field: 'type', message: 'is missing; expected "0" to "5"' }] : []),
        ...(given.url === undefined
          ? [{ field: 'url', message: 'is missing; expected a URL, such as https://crm.example.com/hook' }]
          : []),
      ];
      if (errors.length > 0)
        throw new WebError(422, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), { errors });
      const rule = { id: newRuleId(), method: 'GET', status: 'enabled', ...given };
      const pattern = isInherited(extension) ? extension.rulesFrom : undefined;
      await this.#store.save(
        [...ownRules(extension), { kind: 'add rule', ...entryPlaceOf(extension), rule: withoutNull(rule) }],
        extension.revision,
      );
      const after = await this.#store.extension(name, place.server);
      const stored = after.rules.find(({ id }) => id === String(rule.id));
      if (stored === undefined) throw new WebError(409, 'it was changed again in the same moment');
      const shown = this.shown(after, stored);
      const copies = pattern === undefined ? undefined : copiesOf(extension, after, pattern);
      return {
        status: 201,
        headers: { etag: etagOf(shown), location: shown.links.self },
        body: { ...shown, ...(copies !== undefined && { copied: copies }) },
        change: {
          what: `added rule ${shown.id} of ${name}${copies === undefined ? '' : `; ${copies.message}`}`,
          after: stored.shown,
        },
      };
    });
  }

  async change(place: RulePlace, body: Readonly<Record<string, unknown>>, headers: Headers) {
    const { type, id } = place;
    return this.#inTurn(async (): Promise<ApiAnswer> => {
      const extension = await this.#changeable(place);
      const { name } = extension;
      const stored = findRule(extension, type, id);
      expectMatch(headers, etagOf(this.shown(extension, stored)));
      expectOwn(extension, id);
      const rule = omitDefaults(this.#ruleOf(body, stored.written), stored.written);
      if (rule.id !== undefined && rule.id !== id)
        throw new WebError(422, 'id: an Event ID cannot be changed', {
          errors: [{ field: 'id', message: 'an Event ID cannot be changed' }],
        });
      const { id: _, ...change } = rule;
      await this.#store.save(
        [{ kind: 'change rule', ...entryPlaceOf(extension), id, rule: change }],
        extension.revision,
      );
      const after = await this.#store.extension(name, place.server);
      const now = after.rules.find((one) => one.id === id);
      if (now === undefined) throw new WebError(409, 'it was changed again in the same moment');
      const shown = this.shown(after, now);
      return {
        status: 200,
        headers: { etag: etagOf(shown) },
        body: shown,
        change: { what: `changed rule ${id} of ${name}`, before: stored.shown, after: now.shown },
      };
    });
  }

  async remove(place: RulePlace, headers: Headers): Promise<ApiAnswer> {
    const { type, id } = place;
    return this.#inTurn(async () => {
      const extension = await this.#changeable(place);
      const { name } = extension;
      const stored = findRule(extension, type, id);
      expectMatch(headers, etagOf(this.shown(extension, stored)));
      expectOwn(extension, id);
      await this.#store.save([{ kind: 'remove rule', ...entryPlaceOf(extension), id }], extension.revision);
      return { status: 204, change: { what: `deleted rule ${id} of ${name}`, before: stored.shown } };
    });
  }

  /** @throws WebError 409 where config.yaml cannot be changed now */
  async #changeable(place: ExtensionPlace): Promise<StoredExtension> {
    const extension = await this.#store.extension(place.extension, place.server);
    // For a file that may not be written, the store's message says more.
    if (extension.revision === undefined && extension.readOnly !== undefined)
      throw new WebError(409, extension.readOnly);
    return extension;
  }

  /** Makes one change after the other; after a change from elsewhere it is made anew. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(async () => again(work));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** @throws WebError 422 with the fields that are wrong */
  #ruleOf(body: Readonly<Record<string, unknown>>, before: Written | undefined): Written {
    const { rule, wrong } = ruleChangeOf(body);
    const unmasked = unmaskRule(rule, before, this.#context.redactor);
    const errors = [...wrong, ...unmasked.stray];
    if (errors.length > 0)
      throw new WebError(422, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), { errors });
    return unmasked.rule;
  }
}

async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ChangedSince) || tried === TRIES) throw error;
    }
  }
}

/** @throws WebError 404 */
export function typeIn(text: string) {
  const on = parseType(text);
  if (on === undefined)
    throw new WebError(
      404,
      `there is no type ${text}; "0" is Dial-In, "1" Dial-Out, "2" Hangup, "3" Answer-In, "4" Answer-Out, "5" Missed`,
    );
  return on;
}

/** @throws WebError 404 */
export function findRule(extension: StoredExtension, type: string, id: string): StoredRule {
  const on = typeIn(type);
  const found = extension.rules.find((rule) => rule.id === id && typeOf(rule.written.on) === typeOf(on));
  if (found === undefined) throw new WebError(404, `${extension.name} has no Call Event ${id} of type ${type}`);
  return found;
}

function expectOwn({ name, rulesFrom }: StoredExtension, id: string): void {
  if (rulesFrom !== undefined && rulesFrom !== name)
    throw new WebError(
      409,
      `the Call Event ${id} is that of ${rulesFrom}: change it there, for all that it matches, or add one to ${name}, which copies those of ${rulesFrom} first`,
    );
}

/** The ETag: differs after each change of the Call Event. */
export const etagOf = (shown: PhoneCallEvent) => `"${digestOf({ ...shown, modified: '' })}"`;

const withoutNull = (rule: Written): Written =>
  Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null));

function copiesOf(before: StoredExtension, after: StoredExtension, pattern: string) {
  const ids = Object.fromEntries(before.rules.map(({ id }, index) => [id, after.rules[index]?.id ?? '']));
  return {
    from: pattern,
    ids,
    message: `${before.name} had the Call Events of ${pattern}; they were copied first, for a list of its own replaces that of a pattern`,
  };
}
