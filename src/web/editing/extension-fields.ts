import type { Written, WrittenChange } from '../../config/edit/config-editor.ts';

/** The settings of an extension from a form; `null`, which removes a key, for empty fields. */
export function settingsOfForm(form: URLSearchParams): WrittenChange {
  const text = (name: string) => form.get(name)?.trim() || null;
  const list = (name: string) => {
    const parts = (form.get(name) ?? '')
      .split(/[\n,]/)
      .map((one) => one.trim())
      .filter((one) => one !== '');
    return parts.length === 0 ? null : parts;
  };
  return {
    notes: text('notes'),
    did: text('did'),
    channels: list('channels'),
    queue: text('queue'),
    line: list('line'),
  };
}

/** What an entry is: phones, a queue or a line. */
export type EntryKind = 'phones' | 'queue' | 'line';

export function kindOf(entry: Written | undefined): EntryKind {
  if (entry?.queue !== undefined && entry.queue !== null) return 'queue';
  return entry?.line !== undefined && entry.line !== null ? 'line' : 'phones';
}
