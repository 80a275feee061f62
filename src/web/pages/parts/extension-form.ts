import type { Written } from '../../../config/edit/config-editor.ts';
import type { FieldProblem } from '../../problem.ts';
import { type Html, html } from '../../render/html.ts';
import { input } from './rule-form.ts';

/** The settings of an extension, but for its name and its Call Events. */
export function extensionFields(entry: Written, isPattern: boolean, errors: readonly FieldProblem[]): Html {
  const { notes, did, channels } = entry;
  const text = (value: Written[string] | undefined) => (value === undefined || value === null ? '' : String(value));
  const listed = Array.isArray(channels) ? channels.join(', ') : text(channels);
  return html`${input('notes', 'Notes', text(notes), 'Reception', errors)}
${input('did', 'DID', text(did), '+18005550101', errors)}
${input('channels', 'Channels', listed, isPattern ? 'PJSIP/{extension}' : 'PJSIP/desk7, PJSIP/desk7-mobile', errors)}
<p class="hint">Its phones, as Asterisk names their endpoints. Left empty: PJSIP/, SIP/, IAX2/ and SCCP/ with its number.</p>`;
}
