import type { JsonTemplate } from '../config.ts';

/** A rule or an extension by its keys in config.yaml: every text as it is written. */
export type Written = { readonly [key: string]: JsonTemplate };

/** Keys with their new values; `null` takes a key out, and one that is left out stays as it is. */
export type WrittenChange = { readonly [key: string]: JsonTemplate };

/**
 * The place of an entry: its key, and the server whose own `extensions` it is in; absent: it is in the `extensions` for
 * all servers.
 */
export interface EntryPlace {
  extension: string;
  server?: string | undefined;
}

/** One change to config.yaml. A rule is named by its Event ID. */
export type Change = EntryPlace &
  (
    | { kind: 'add extension'; settings: Written; rules?: readonly Written[] }
    | { kind: 'change extension'; settings: WrittenChange }
    | { kind: 'remove extension' }
    /**
     * The rules of a pattern become the extension's own; each gets an Event ID of its own.
     * @property from the place of the pattern
     */
    | { kind: 'own rules'; from: EntryPlace }
    /** @property before the rule that the new rule goes before; left out: it goes to the end */
    | { kind: 'add rule'; rule: Written; before?: string }
    | { kind: 'change rule'; id: string; rule: WrittenChange }
    | { kind: 'remove rule'; id: string }
    /**
     * @property to the extension to move it to, of the same server; left out: within its own list. Its Event ID stays
     */
    | { kind: 'move rule'; id: string; to?: string; before?: string }
  );
