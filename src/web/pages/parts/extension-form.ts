import type { Written } from '../../../config/edit/config-editor.ts';
import { type Html, html } from '../../render/html.ts';
import type { FieldProblem } from '../../web-error.ts';
import { input } from './rule-form.ts';

/** The fields for the settings of an extension, without its name and its Call Events. */
export function extensionFields(entry: Written, isPattern: boolean, errors: readonly FieldProblem[]): Html {
  const { notes, did, channels, queue, line } = entry;
  const text = (value: Written[string] | undefined) => {
    if (value === undefined || value === null) return '';
    return Array.isArray(value) ? value.join(', ') : String(value);
  };
  return html`${input('notes', 'Notes', text(notes), 'Reception', errors)}
${input('did', 'DID', text(did), '+18005550101', errors)}
<p class="hint">Its own number from outside, where it has one.</p>
${input('channels', 'Channels', text(channels), isPattern ? 'PJSIP/{extension}' : 'PJSIP/desk7, PJSIP/desk7-mobile', errors)}
<p class="hint">Its phones, as Asterisk names their endpoints. Left empty: PJSIP/, SIP/, IAX2/ and SCCP/ with its number.</p>
${
  !isPattern &&
  html`<fieldset><legend>No phones, but a queue or a line</legend>
${input('queue', 'Queue', text(queue), 'support', errors)}
<p class="hint">The name of a queue in Asterisk: each caller who joins it is a call of this extension. Leave Channels empty.</p>
${input('line', 'Line', text(line), '+18005550100, _1800X.', errors)}
<p class="hint">Numbers or patterns: everybody who calls in on these, one call each. Leave Channels and DID empty.</p>
</fieldset>`
}`;
}

/** The mistakes in a form, to be shown above it. */
export function notSaved(errors: readonly FieldProblem[]): Html | false {
  return (
    errors.length > 0 &&
    html`<div class="error" role="alert"><p>Not saved:</p><ul>${errors.map(({ field, message }) => html`<li>${field !== '' && `${field}: `}${message}</li>`)}</ul></div>`
  );
}
