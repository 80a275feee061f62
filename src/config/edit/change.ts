import type { JsonTemplate } from '../config.ts';

/** A rule, or an extension, as config.yaml has it, by its keys there: every text as it is written. */
export type Written = { readonly [key: string]: JsonTemplate };

/** Keys with their new values; `null` takes a key out, and one that is left out stays as it is. */
export type WrittenChange = { readonly [key: string]: JsonTemplate };

/** What is to become of config.yaml. An extension is named by its key, a rule by its Event ID. */
export type Change =
  | { kind: 'add extension'; extension: string; settings: Written; rules?: readonly Written[] }
  | { kind: 'change extension'; extension: string; settings: WrittenChange }
  | { kind: 'remove extension'; extension: string }
  /** The rules of a pattern become the extension's own; each gets an Event ID of its own. */
  | { kind: 'own rules'; extension: string; pattern: string }
  /** @property before the rule that it is to stand before; left out: at the end */
  | { kind: 'add rule'; extension: string; rule: Written; before?: string }
  | { kind: 'change rule'; extension: string; id: string; rule: WrittenChange }
  | { kind: 'remove rule'; extension: string; id: string }
  /** @property to left out: within the list that it is in. Its Event ID stays */
  | { kind: 'move rule'; extension: string; id: string; to?: string; before?: string };
