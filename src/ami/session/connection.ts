import createManager, { type Answer, type Manager } from 'asterisk-manager';
import { AmiError } from '../errors.ts';
import type { Packet } from '../wire/packet.ts';
import { AmiParser } from '../wire/parser.ts';
import { describeConnectError, describeMissingBanner } from './connect-errors.ts';
import { Deadlines, GRACE_MS } from './deadlines.ts';
import type { CompleteAmiSettings } from './settings.ts';
import { openTlsRelay } from './tls-relay.ts';

/** Read at once from the socket. Larger ones cost latency in a burst, smaller ones throughput. */
const READ_BYTES = 64 * 1024;

/** Enough of a first line to know what answers there. */
const FIRST_BYTES = 80;

interface ConnectionHandlers {
  /** An event whose name is among `names`; valid only during the call. */
  onEvent(packet: Packet): void;
  onBanner(version: string): void;
  /** The bytes of every event, used or not, as they came; valid only during the call. */
  onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** A chunk of bytes begins; ends. All events in it are given between the two. */
  onBatchBegin(): void;
  onBatchEnd(): void;
}

/**
 * One connection to AMI, from connecting to its end; never used twice. asterisk-manager connects, logs in and matches
 * answers to actions; the bytes are read by our own parser, which gives it the answers and us the events.
 */
export class Connection {
  readonly #settings: CompleteAmiSettings;
  readonly #names: Iterable<string>;
  readonly #handlers: ConnectionHandlers;
  readonly #manager: Manager;
  readonly #abort = new AbortController();
  readonly #ended = Promise.withResolvers<AmiError>();
  #reason: AmiError | undefined;
  #connected = false;
  #isLoggedIn = false;
  /** The first bytes from the other end, for the case that it is not Asterisk. */
  #firstBytes = '';
  #actions = 0;
  readonly #deadlines = new Deadlines((error) => this.close(error instanceof AmiError ? error : this.#failed(error)));
  #pinging: NodeJS.Timeout | undefined;

  constructor(settings: CompleteAmiSettings, names: Iterable<string>, handlers: ConnectionHandlers) {
    this.#settings = settings;
    this.#names = names;
    this.#handlers = handlers;
    this.#manager = createManager(null, settings.host, settings.username, settings.secret, false);
    // asterisk-manager writes `event: off`, which Asterisk does not know: it would send events from the login on.
    const send = this.#manager.action;
    this.#manager.action = (action, callback) =>
      send(action.action === 'login' ? { ...action, events: settings.loginMask ?? 'off' } : action, callback);
  }

  /** Resolves with the reason when the connection has ended, by either end. */
  get ended(): Promise<AmiError> {
    return this.#ended.promise;
  }

  /** Whether it has not ended. */
  get open(): boolean {
    return this.#reason === undefined;
  }

  /**
   * Connects, over TLS where the settings say so.
   * @throws {AmiError} why not; the connection is then ended
   */
  async connect(): Promise<void> {
    this.#manager.on('error', (error) => this.close(this.#failed(error)));
    this.#manager.on('close', () => this.close(new AmiError('AMI_CLOSED', this.#closed())));
    const { connectTimeout } = this.#settings;
    await this.#requireWithin(connectTimeout, 'AMI_CONNECT_TIMEOUT', 'no connection', this.#openSocket());
  }

  /**
   * Logs in, with events still off; after {@link connect}.
   * @throws {AmiError} why not; the connection is then ended
   */
  async logIn(): Promise<void> {
    const answer = new Promise<Answer | undefined>((resolve) => this.#manager.login(resolve));
    const { answerTimeout } = this.#settings;
    const refused = await this.#requireWithin(answerTimeout, 'AMI_LOGIN_TIMEOUT', 'no answer to the login', answer);
    if (refused !== undefined) {
      this.close(new AmiError('AMI_LOGIN_REFUSED', `login refused: ${refused.message ?? 'no reason given'}`));
      throw this.#reason;
    }
    this.#isLoggedIn = true;
    this.#ping();
  }

  /**
   * Sends an action. That it is not answered does not end the connection: pings find out whether the other end is
   * there.
   * @param timeoutMs how long the answer is waited for, at most `answerTimeout`
   * @returns the answer, which may say `response: Error`, with header names in lower case; absent when there was none
   * in time
   * @throws {AmiError} when the connection ends before
   */
  action(
    name: string,
    headers: Record<string, string> = {},
    timeoutMs?: number,
    id = this.nextId(),
  ): Promise<Answer | undefined> {
    const answer = new Promise<Answer>((resolve) => {
      this.#manager.action({ ...headers, action: name, actionid: id }, (_error, answer) => resolve(answer));
    });
    return this.waitAtMost(answer, timeoutMs);
  }

  /** Waits for what else belongs to an answer; as {@link action} does for the answer. */
  waitAtMost<T>(promise: Promise<T>, timeoutMs?: number): Promise<T | undefined> {
    return this.#deadlines.waitAtMost(this.timeoutFor(timeoutMs), promise);
  }

  /** How long an answer is waited for, in milliseconds. */
  timeoutFor(timeoutMs = Number.POSITIVE_INFINITY): number {
    return Math.min(timeoutMs, this.#settings.answerTimeout);
  }

  /** Lets time pass. @throws {AmiError} when the connection ends before */
  async pause(ms: number): Promise<void> {
    await this.#deadlines.pause(ms);
  }

  /** An ActionID that was not used on this connection. */
  nextId(): string {
    this.#actions++;
    return `call-events-${this.#actions}`;
  }

  /** Ends the connection for this reason, if it has not ended. */
  close(reason: AmiError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    clearTimeout(this.#pinging);
    this.#abort.abort(reason);
    this.#deadlines.end(reason);
    this.#ended.resolve(reason);
  }

  async #openSocket(): Promise<void> {
    const { host, port, tls } = this.#settings;
    const { signal } = this.#abort;
    const target =
      tls === undefined
        ? { host, port }
        : { path: await openTlsRelay(this.#settings, signal, (error) => this.close(this.#failed(error))) };
    const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: this.#reader() };
    await new Promise<void>((resolve) => this.#manager.connect({ ...target, onread, signal }, undefined, resolve));
    this.#connected = true;
  }

  #reader(): (length: number, bytes: Uint8Array) => boolean {
    const { onEvent, onBanner, onBytes, onBatchBegin, onBatchEnd } = this.#handlers;
    const parser = new AmiParser(this.#names, {
      packet: (packet) => {
        if (packet.event !== '') onEvent(packet);
        else if (packet.has('Response')) this.#manager.emit('rawevent', packet.toObject());
      },
      banner: onBanner,
      ...(onBytes && {
        block: (bytes: Buffer, start: number, end: number) => {
          if (!isAnswer(bytes, start)) onBytes(bytes.subarray(start, end));
        },
      }),
    });
    return (length, bytes) => {
      if (this.#reason !== undefined) return false;
      if (this.#firstBytes.length < FIRST_BYTES)
        this.#firstBytes += Buffer.from(bytes.subarray(0, Math.min(length, FIRST_BYTES))).toString('latin1');
      onBatchBegin();
      try {
        parser.push(bytes.subarray(0, length));
      } catch (error) {
        if (!(error instanceof AmiError)) throw error;
        this.close(error);
      } finally {
        onBatchEnd();
      }
      return true;
    };
  }

  /** Asks whether the other end is still there, again and again: a half-open connection says nothing by itself. */
  #ping(): void {
    const { pingInterval } = this.#settings;
    const next = () => {
      const answer = new Promise<Answer>((resolve) => {
        this.#manager.action({ action: 'Ping', actionid: this.nextId() }, (_error, answer) => resolve(answer));
      });
      // With the wait before it, less than two intervals from the last sign of life.
      const deadline = Math.max(1, Math.floor(pingInterval * 0.9) - GRACE_MS);
      this.#requireWithin(deadline, 'AMI_PING_TIMEOUT', 'no answer to a ping', answer).then(
        () => this.#ping(),
        () => undefined,
      );
    };
    if (this.#reason === undefined) this.#pinging = setTimeout(next, pingInterval);
  }

  /** The promised value; when it does not come in time the connection ends, and the reason is thrown. */
  #requireWithin<T>(ms: number, code: AmiError['code'], message: string, promise: Promise<T>): Promise<T> {
    return this.#deadlines.requireWithin(ms, promise, () => {
      const mismatch = this.#connected ? this.#protocolMismatch() : undefined;
      return new AmiError(code, `${message} within ${ms} ms${mismatch === undefined ? '' : `: ${mismatch}`}`);
    });
  }

  /** The message for a connection that the other end has closed. */
  #closed(): string {
    const { host, port } = this.#settings;
    const mismatch = this.#protocolMismatch();
    return mismatch === undefined
      ? 'Asterisk closed the connection'
      : `${host}:${port} closed the connection: ${mismatch}`;
  }

  /** Why the other end is probably no AMI; absent when it spoke as AMI does. */
  #protocolMismatch(): string | undefined {
    return this.#isLoggedIn ? undefined : describeMissingBanner(this.#firstBytes, this.#settings.tls !== undefined);
  }

  #failed(error: unknown): AmiError {
    const { host, port } = this.#settings;
    const message = `connection to ${host}:${port}: ${describeConnectError(error)}`;
    return new AmiError(this.#connected ? 'AMI_CLOSED' : 'AMI_CONNECT_FAILED', message, error);
  }
}

/** Answers are kept out of a recording: what was asked, and by which user, did not come from Asterisk. */
function isAnswer(bytes: Buffer, start: number): boolean {
  return bytes.toString('latin1', start, start + 9).toLowerCase() === 'response:';
}
