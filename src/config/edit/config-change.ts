import type { JsonTemplate } from '../config.ts';

/** A rule, or an extension, as config.yaml has it, by its keys there: every text as it is written. */
export type Written = { readonly [key: string]: JsonTemplate };

/** Keys with their new values; `null` takes a key out, and one that is left out stays as it is. */
export type WrittenChange = { readonly [key: string]: JsonTemplate };

/** Where an entry stands: its key, and the server in whose own `extensions` it is; absent: in those for all servers. */
export interface EntryPlace {
  extension: string;
  server?: string | undefined;
}

/** What is to become of config.yaml. A rule is named by its Event ID. */
export type Change = EntryPlace &
  (
    | { kind: 'add extension'; settings: Written; rules?: readonly Written[] }
    | { kind: 'change extension'; settings: WrittenChange }
    | { kind: 'remove extension' }
    /** The rules of a pattern become the extension's own; each gets an Event ID of its own. @property from where the pattern stands */
    | { kind: 'own rules'; from: EntryPlace }
    /** @property before the rule that it is to stand before; left out: at the end */
    | { kind: 'add rule'; rule: Written; before?: string }
    | { kind: 'change rule'; id: string; rule: WrittenChange }
    | { kind: 'remove rule'; id: string }
    /** @property to left out: within the list that it is in; else among those of the same server. Its Event ID stays */
    | { kind: 'move rule'; id: string; to?: string; before?: string }
  );
