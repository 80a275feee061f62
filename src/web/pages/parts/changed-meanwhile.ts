import type { ChangePreview } from '../../../config/edit/config-editor.ts';
import type { RuleFields } from '../../editing/rule-fields.ts';
import { type Html, html } from '../../render/html.ts';
import type { WebContext } from '../../web-context.ts';
import { changedLines } from './changed-lines.ts';
import { listTable } from './list-table.ts';
import { LABELS } from './rule-form.ts';

/**
 * config.yaml has changed since a form was opened: shows the present rule beside the typed one.
 * @param theirs the present rule; absent: it was removed
 * @param plan the lines that a save would change; absent: not known
 */
export function changedMeanwhile(
  theirs: RuleFields | undefined,
  ours: RuleFields,
  plan: ChangePreview | undefined,
  context: WebContext,
): Html {
  const differing = Object.keys(theirs === undefined ? {} : ours).filter(
    (key) => key !== 'id' && theirs?.[key] !== ours[key],
  );
  return html`<div class="problem" role="alert"><h2>config.yaml has changed since this form was opened</h2>
<p>Nothing was saved. ${differing.length === 0 ? 'Save again to apply what stands here.' : 'Compare, and save again to put what stands here in the place of what is there now.'}</p>
${
  differing.length > 0 &&
  listTable(
    [{ title: 'Field' }, { title: 'In config.yaml now' }, { title: 'In this form' }],
    differing.map((key) => [LABELS[key] ?? key, html`<code>${theirs?.[key]}</code>`, html`<code>${ours[key]}</code>`]),
  )
}
${plan !== undefined && html`<p>A save would change:</p>${changedLines(plan, context)}`}</div>`;
}
