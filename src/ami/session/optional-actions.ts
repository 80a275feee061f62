import type { Answer } from 'asterisk-manager';
import type { Packet } from '../wire/packet.ts';
import type { Connection } from './connection.ts';
import type { AmiLogger } from './logger.ts';

/** The time-out, in milliseconds, for an answer that is not essential: what follows it goes on without. */
export const OPTIONAL_MS = 5000;

/** What the service lacks without an answer. */
const WITHOUT: Record<string, string> = {
  CoreStatus: '. A restart of Asterisk is not noticed by itself',
  CoreShowChannels: '. A leg of a call that ended while nobody listened stays open until it is answered',
  QueueStatus: '. A caller who left a queue while nobody listened counts as waiting until the call ends',
  Status: '. Of calls that began while nobody listened the number dialled may be left out',
};

/**
 * Sends actions that Asterisk may refuse, or never answer; each refusal is logged once, however often the action is
 * sent.
 */
export class OptionalActions {
  readonly #log: AmiLogger;
  readonly #logged = new Set<string>();

  constructor(log: AmiLogger) {
    this.#log = log;
  }

  /** @returns as {@link Connection.action} */
  async send(
    connection: Connection,
    action: string,
    headers: Record<string, string> = {},
    timeoutMs?: number,
    id?: string,
  ): Promise<Answer | undefined> {
    const answer = await connection.action(action, headers, timeoutMs, id);
    if (answer === undefined) this.logUnanswered(connection, action, timeoutMs);
    return answer;
  }

  /** An action was not answered, or not to its end. */
  logUnanswered(connection: Connection, action: string, timeoutMs?: number): void {
    this.once(`no answer to ${action}`, (log) => {
      const ms = Math.round(connection.timeoutFor(timeoutMs));
      log.warn(
        {},
        `AMI: no answer to ${action} within ${ms} ms; the service continues without it${WITHOUT[action] ?? ''}`,
      );
    });
  }

  /** Writes to the log, if nothing was written under this subject yet. */
  once(subject: string, write: (log: AmiLogger) => void): void {
    if (this.#logged.has(subject)) return;
    this.#logged.add(subject);
    write(this.#log);
  }
}

export function isError(answer: Answer): boolean {
  return firstValueOf(answer.response).toLowerCase() === 'error';
}

/** Whether an event is of the list that the action with this id asked for. Some AMI proxies drop the ActionID. */
export function isAbout(packet: Packet, id: string): boolean {
  const about = packet.get('ActionID');
  return about === '' || about === id;
}

/** The value of a header; of a repeated one the first. */
export function firstValueOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}
