import type { Answer } from 'asterisk-manager';
import type { Connection } from './connection.ts';
import type { AmiLog } from './log.ts';

/** What is missed without an answer. */
const WITHOUT: Record<string, string> = {
  CoreStatus: '. A restart of Asterisk is not noticed by itself',
  CoreShowChannels: '. A leg of a call that ended while nobody listened stays open until it is answered',
  Status: '. Of calls that began while nobody listened the number dialled may be left out',
};

/** Asks Asterisk what may be refused, or never answered; each of that is said once, however often it is asked. */
export class OptionalActions {
  readonly #log: AmiLog;
  readonly #said = new Set<string>();

  constructor(log: AmiLog) {
    this.#log = log;
  }

  /** @returns as {@link Connection.action} */
  async send(
    connection: Connection,
    action: string,
    headers: Record<string, string> = {},
    patience?: number,
    id?: string,
  ): Promise<Answer | undefined> {
    const answer = await connection.action(action, headers, patience, id);
    if (answer === undefined) this.unanswered(connection, action, patience);
    return answer;
  }

  /** An action was not answered, or not to its end. */
  unanswered(connection: Connection, action: string, patience?: number): void {
    if (!this.firstTime(`no answer to ${action}`)) return;
    const ms = Math.round(connection.patienceFor(patience));
    this.#log.warn({}, `AMI: no answer to ${action} within ${ms} ms; it goes on without${WITHOUT[action] ?? ''}`);
  }

  /** Whether this is to be said for the first time. */
  firstTime(what: string): boolean {
    if (this.#said.has(what)) return false;
    this.#said.add(what);
    return true;
  }
}

export function isError(answer: Answer): boolean {
  return text(answer.response).toLowerCase() === 'error';
}

/** The value of a header; of a repeated one the first. */
export function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}
