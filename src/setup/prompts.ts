/** How setup asks the administrator, and prints. */
export interface Prompts {
  say(text: string): void;
  /**
   * @param otherwise the answer where nothing is typed; absent: there must be one
   * @throws {Unanswered} when nobody answers
   */
  ask(question: string, otherwise?: string): Promise<string>;
  /** Asks and shows nothing of what is typed; absent where there is no terminal. */
  askHidden?: (prompt: string) => Promise<string | undefined>;
  /** Whether the administrator answers: not with --yes. */
  isAnswered: boolean;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** A question was not answered: setup was stopped, or there is no terminal. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** Setup cannot go on; the message says why, and what to do. The step that throws it has changed nothing. */
export class SetupRefused extends Error {
  override readonly name = 'SetupRefused';
}

export async function confirm(prompts: Prompts, question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await prompts.ask(`${question} [Y/n]`, 'yes'));
}
