import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { answerText, keptHeaders } from './answer-text.ts';
import { AttemptError } from './attempt-error.ts';
import { MOST_INFORMATIONAL, StatusLine } from './status-line.ts';

/** The bytes of a receiver's answer that are kept; no more are read. */
const KEPT_ANSWER_BYTES = 4096;
/** How long the beginning of the body is waited for, once the answer counts. Most bodies come with their headers. */
const BODY_GRACE_MS = 100;
/**
 * The number of answers whose bodies are read on in the background, so that a receiver that is still working is not cut
 * off.
 */
const MOST_READ_ON = 100;

export interface Answer {
  status: number;
  location: string | undefined;
  retryAfter: string | undefined;
  /** Absent: Node's parser has refused them. */
  headers: Record<string, string> | undefined;
  /** The beginning of its body. */
  text: string;
}

/** What all requests of a sender share. */
export interface SenderState {
  /** The number of answers that are read on in the background. */
  readingOn: number;
  /** Whether nothing more is sent. */
  closed: boolean;
}

/**
 * One request and its answer.
 *
 * An answer counts from its status line: success at once, everything else when its headers have come, for these may say
 * when to try again. Whatever happens after that (a body that drips or never ends, a reset, headers that Node's parser
 * refuses) changes nothing. The body that arrives in the next moment is kept, and the rest is read on in the background
 * until the deadline.
 */
export class RequestWithAnswer {
  readonly #begin: (onNewConnection: boolean) => ClientRequest;
  readonly #body: string | undefined;
  readonly #all: SenderState;
  readonly #deadline: NodeJS.Timeout;
  readonly #result = Promise.withResolvers<Answer>();
  #request: ClientRequest | undefined;
  #statusLine = new StatusLine();
  #response: IncomingMessage | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  #grace: NodeJS.Timeout | undefined;
  #isOver = false;
  #readsOn = false;

  /**
   * @param begin makes the request: on any connection, or on one of its own
   * @param timeoutMs for all of it, from the first packet to the last byte that is read
   */
  constructor(
    begin: (onNewConnection: boolean) => ClientRequest,
    body: string | undefined,
    timeoutMs: number,
    all: SenderState,
  ) {
    this.#begin = begin;
    this.#body = body;
    this.#all = all;
    this.#deadline = setTimeout(() => this.#late(timeoutMs), timeoutMs);
  }

  /** @throws the error, when there was no status line */
  async run(): Promise<Answer> {
    this.#send(false);
    try {
      return await this.#result.promise;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #send(onNewConnection: boolean): void {
    try {
      const request = this.#begin(onNewConnection);
      this.#request = request;
      request.once('socket', (socket: Socket) => this.#read(request, socket));
      request.once('response', (response) => this.#answered(response));
      request.on('error', (error) => this.#failed(request, error));
      request.end(this.#body);
    } catch (error) {
      this.#request?.destroy();
      this.#result.reject(error);
    }
  }

  /** Reads the socket's bytes before Node's parser, which may refuse an answer for what follows its status line. */
  #read(request: ClientRequest, socket: Socket): void {
    const read = (chunk: Buffer) => this.#bytes(chunk);
    socket.prependListener('data', read);
    request.once('close', () => socket.off('data', read));
  }

  #bytes(chunk: Buffer): void {
    const line = this.#statusLine;
    if (line.status === undefined || this.#response === undefined) line.push(chunk);
    if (line.isEndless) {
      this.#result.reject(
        new AttemptError('ENDLESS_INTERIM', `more than ${MOST_INFORMATIONAL} informational answers, and no other`),
      );
      this.#request?.destroy();
      // Node's parser stops at the first byte of these. It would make a thousand answers of them, which take the time
      // of all.
      chunk.fill(0);
    }
    // Once Node's parser has read it too: most answers are complete then.
    if (line.status !== undefined && line.status >= 200 && line.status < 300) queueMicrotask(() => this.#counts());
  }

  #answered(response: IncomingMessage): void {
    this.#response = response;
    queueMicrotask(() => this.#counts());
    response.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      if (this.#size >= KEPT_ANSWER_BYTES) response.destroy();
    });
    // Comes after the end, and after everything else that ends it.
    response.once('close', () => {
      this.#conclude();
      this.#end();
    });
  }

  #counts(): void {
    if (this.#isOver || this.#response?.complete) return;
    this.#grace ??= setTimeout(() => this.#conclude(), BODY_GRACE_MS);
  }

  #failed(request: ClientRequest, error: Error): void {
    if (request !== this.#request) return;
    if (this.#isOver) {
      this.#end();
      return;
    }
    if (this.#response !== undefined) return;
    if (this.#statusLine.status !== undefined) {
      this.#conclude();
      this.#end();
    } else if (request.reusedSocket && this.#statusLine.isEmpty && !this.#all.closed) {
      // The receiver has closed a connection that it had kept, most likely before it saw the request.
      this.#send(true);
    } else this.#result.reject(error);
  }

  #late(timeoutMs: number): void {
    const { status } = this.#statusLine;
    if (this.#isOver || status !== undefined) this.#conclude();
    // Not by an event of the request: one that was answered with 101 has ended already, and emits nothing.
    else this.#result.reject(new AttemptError('DEADLINE', `no answer within ${timeoutMs} ms`));
    this.#request?.destroy();
    this.#end();
  }

  /** Resolves with the answer, as far as it has arrived. */
  #conclude(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#grace);
    this.#result.resolve(this.#answer());
    if (this.#response?.closed || this.#request?.destroyed) return;
    if (this.#all.readingOn >= MOST_READ_ON) {
      this.#request?.destroy();
      return;
    }
    this.#readsOn = true;
    this.#all.readingOn++;
    this.#deadline.unref();
  }

  #answer(): Answer {
    const status = this.#response?.statusCode ?? this.#statusLine.status ?? 0;
    if (this.#response === undefined) {
      const { location, retryAfter, body } = this.#statusLine.rest;
      return { status, location, retryAfter, headers: undefined, text: body.slice(0, KEPT_ANSWER_BYTES) };
    }
    const { headers } = this.#response;
    const { location, 'retry-after': retryAfter } = headers;
    return {
      status,
      location,
      retryAfter,
      headers: keptHeaders(headers),
      text: answerText(Buffer.concat(this.#chunks), headers, KEPT_ANSWER_BYTES),
    };
  }

  /** The request and its answer are over. */
  #end(): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#grace);
    if (this.#readsOn) this.#all.readingOn--;
    this.#readsOn = false;
  }
}
