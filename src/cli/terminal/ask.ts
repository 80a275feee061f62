import { type Prompts, Unanswered } from '../../setup/prompts.ts';
import type { CommandIo } from './io.ts';

/**
 * Asks on the terminal, or reads a line for each answer from a pipe.
 * @param isYes every question is answered by what is usual
 */
export function promptsOn(io: CommandIo, isYes: boolean): Prompts {
  const nextLine = isYes ? undefined : (io.readTypedLine ?? pipedLines(io));
  const { askHidden } = io;
  return {
    say: io.stdout,
    signal: io.signal,
    isAnswered: !isYes,
    ...(!isYes && askHidden !== undefined && { askHidden }),
    async ask(question, otherwise) {
      if (nextLine === undefined) {
        if (otherwise === undefined) throw new Unanswered(`--yes has no answer to: ${question}`);
        return otherwise;
      }
      io.stdout(
        `${question}${otherwise === undefined || otherwise === '' || question.endsWith(']') ? '' : ` [${otherwise}]`} `,
      );
      const line = await nextLine();
      if (line === undefined) throw new Unanswered('nobody answers; nothing more is written');
      const answer = line.trim();
      if (answer !== '') return answer;
      return otherwise ?? this.ask(question);
    },
  };
}

/** The lines of standard input, one for each call; it is opened by the first. */
function pipedLines(io: CommandIo): () => Promise<string | undefined> {
  let lines: AsyncGenerator<string, void> | undefined;
  return async () => {
    lines ??= linesOf(io);
    const { done, value } = await lines.next();
    return done === true ? undefined : value;
  };
}

async function* linesOf({ stdin }: CommandIo): AsyncGenerator<string, void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const piece of stdin) {
    rest += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
  }
  if (rest !== '') yield rest;
}
