import type { ChangePreview } from '../../../config/edit/config-editor.ts';
import { Redactor } from '../../../redact/redactor.ts';
import { type Html, html } from '../../render/html.ts';
import type { WebContext } from '../../web-context.ts';

/** The lines of config.yaml that a save will change: `-` goes, `+` comes. */
export function changedLines({ hunks, secrets }: ChangePreview, { redactor }: WebContext): Html {
  if (hunks.length === 0) return html`<p class="hint">Nothing of config.yaml will change.</p>`;
  const own = new Redactor(secrets);
  const redacted = (lines: readonly string[]) => redactor.yaml(own.yaml(lines.join('\n'))).split('\n');
  const shown = (lines: readonly string[], sign: '-' | '+', words: string) =>
    lines.length === 0
      ? []
      : redacted(lines).map(
          (line) =>
            html`<span class="${sign === '+' ? 'added' : 'removed'}"><span class="unseen">${words} </span>${sign} ${line}\n</span>`,
        );
  return html`${hunks.map(
    ({ line, removed, added }) => html`<p class="hint">config.yaml, line ${line}</p>
<pre class="lines"><code>${shown(removed, '-', 'goes:')}${shown(added, '+', 'comes:')}</code></pre>`,
  )}`;
}
