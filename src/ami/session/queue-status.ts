import type { Packet } from '../wire/packet.ts';
import type { Connection } from './connection.ts';
import { isAbout, isError, type OptionalActions } from './optional-actions.ts';

/** One caller that waits in a queue. Its channel is given by its name, for AMI 1.x gives channels other Uniqueids. */
export interface WaitingCaller {
  queue: string;
  channel: string;
}

interface Status {
  id: string;
  waiting: WaitingCaller[];
  complete: PromiseWithResolvers<true>;
}

/** Asks for the callers who wait in queues. */
export class QueueStatus {
  readonly #actions: OptionalActions;
  #status: Status | undefined;

  constructor(actions: OptionalActions) {
    this.#actions = actions;
  }

  /** @returns the callers; absent when there was no answer in time */
  async ask(connection: Connection, timeoutMs: number): Promise<WaitingCaller[] | undefined> {
    const status: Status = { id: connection.nextId(), waiting: [], complete: Promise.withResolvers() };
    this.#status = status;
    const answer = await this.#actions.send(connection, 'QueueStatus', {}, timeoutMs, status.id);
    const isComplete =
      answer !== undefined &&
      !isError(answer) &&
      (await connection.waitAtMost(status.complete.promise, timeoutMs)) === true;
    if (this.#status === status) this.#status = undefined;
    return isComplete ? status.waiting : undefined;
  }

  /** Takes a line of the answer, or its end. */
  packet(packet: Packet): void {
    const status = this.#status;
    if (status === undefined || !isAbout(packet, status.id)) return;
    if (packet.event === 'QueueEntry')
      status.waiting.push({ queue: packet.get('Queue'), channel: packet.get('Channel') });
    else if (packet.event === 'QueueStatusComplete') status.complete.resolve(true);
  }
}
