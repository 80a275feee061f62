import { ERROR_CODES, type ErrorExplanation, EXIT_CODES } from '../../src/error-codes.ts';

const INTRODUCTION = `# Errors

<!-- Made from src/error-codes.ts by \`npm run docs\`; a test fails when it is stale. -->

Every error code of the service and its commands: what it means, and what to do. Codes stand in the log (\`code\`,
\`err.code\`), in the reason of a delivery (\`call-events deliveries list\`, the log's \`reason\`), and in what
\`call-events test-send\` prints.
`;

const TITLES: Record<keyof typeof ERROR_CODES, string> = {
  configuration: 'Configuration',
  ami: 'Connection to Asterisk',
  outbox: 'Outbox',
  queue: 'Shared queue',
  delivery: 'Attempts, and connections of any kind',
  files: 'Files that a command reads or writes',
};

/** The text of docs/errors.md. */
export function errorsPage(): string {
  const sections = Object.entries(ERROR_CODES).map(([room, codes]) => {
    const rows = Object.entries<ErrorExplanation>(codes).map(
      ([code, { means, remedy }]) => `| \`${code}\` | ${inCell(means)} | ${inCell(remedy)} |`,
    );
    return `## ${TITLES[room as keyof typeof ERROR_CODES]}\n\n| code | means | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  const exits = Object.values(EXIT_CODES).map(({ code, means }) => `| ${code} | ${inCell(means)} |`);
  return [INTRODUCTION, ...sections, `## Exit codes\n\n| code | means |\n|---|---|\n${exits.join('\n')}\n`].join('\n');
}

/** A bar would end the cell, even within backquotes. */
const inCell = (text: string) => text.replaceAll('|', '\\|');
