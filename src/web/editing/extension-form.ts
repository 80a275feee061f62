import type { WrittenChange } from '../../config/edit/config-editor.ts';

/** The settings of an extension as a form has them; what is empty is taken out. */
export function settingsOfForm(form: URLSearchParams): WrittenChange {
  const text = (name: string) => form.get(name)?.trim() || null;
  const channels = (form.get('channels') ?? '')
    .split(/[\n,]/)
    .map((channel) => channel.trim())
    .filter((channel) => channel !== '');
  return { notes: text('notes'), did: text('did'), channels: channels.length === 0 ? null : channels };
}
