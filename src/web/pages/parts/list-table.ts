import { type Content, type Html, html } from '../../render/html.ts';

/** A column of a table. */
export interface Column {
  title: string;
  /** How its cells look: `number`, `nowrap`, `menu`. */
  look?: string;
  /** What it is for is clear from its cells; for screen readers alone. */
  isTitleUnseen?: boolean;
}

/** Things of one kind, one a line. On a narrow screen each is a sheet of its own, with the title of the column before each value. */
export function listTable(columns: readonly Column[], rows: readonly (readonly Content[])[]): Html {
  return html`<div class="scroll"><table class="list">
<thead><tr>${columns.map(
    ({ title, look, isTitleUnseen = false }) =>
      html`<th scope="col" ${look !== undefined && html`class="${look}"`}>${isTitleUnseen ? html`<span class="unseen">${title}</span>` : title}</th>`,
  )}</tr></thead>
<tbody>
${rows.map(
  (cells) => html`<tr>${cells.map((cell, index) => {
    const { title = '', look, isTitleUnseen = false } = columns[index] ?? {};
    return html`<td ${look !== undefined && html`class="${look}"`} ${!isTitleUnseen && html`data-title="${title}"`}>${cell}</td>`;
  })}</tr>
`,
)}</tbody></table></div>`;
}
