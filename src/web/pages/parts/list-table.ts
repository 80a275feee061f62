import { type Content, type Html, html } from '../../render/html.ts';

/** A column of a table. */
export interface Column {
  title: string;
  /** The class of its cells: `number`, `nowrap`, `menu`. */
  look?: string;
  /** Whether its title is only for screen readers: the cells explain themselves. */
  isTitleUnseen?: boolean;
}

/**
 * A table with one item in each row. On a narrow screen each item is a card, with the column's title before each value.
 */
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
