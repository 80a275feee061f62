import { connect, type LookupFunction, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AttemptError } from './attempt-error.ts';

/** `delivery.proxy`, with its secrets. */
export interface ProxySettings {
  /** `http://user:password@proxy.example.com:3128` */
  url: string;
  /** Names, addresses and networks to which requests go directly. */
  no: readonly string[];
}

/** The proxy itself refuses a request. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: 'PROXY_UNREACHABLE' | 'PROXY_LOGIN' | 'PROXY_REFUSED';

  constructor(code: ProxyError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Networks that are reached without the proxy: this machine, and private networks. */
const NEAR = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'unspecified']);

/** The longest answer to CONNECT. */
const MOST_HEAD_BYTES = 16_384;

/** The proxy through which requests leave a network that lets nothing out directly. */
export class HttpProxy {
  /** The address for messages: without user and password. */
  readonly shown: string;
  /** The value of `Proxy-Authorization`; absent: the proxy needs none. */
  readonly authorization: string | undefined;
  readonly #host: string;
  readonly #port: number;
  readonly #no: readonly string[];
  readonly #lookup: LookupFunction;

  /** @param lookup looks the proxy's own name up */
  constructor({ url, no }: ProxySettings, lookup: LookupFunction) {
    const { hostname, port, username, password } = new URL(url);
    this.#host = hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(port || 80);
    this.shown = `${hostname}:${this.#port}`;
    this.#no = no.map((one) => one.toLowerCase());
    this.#lookup = lookup;
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  }

  /**
   * Whether a request goes directly: to this machine, to a private network, to a name without a dot, and to the hosts
   * of `no`. Decided by the host in the URL alone: behind such a proxy names often cannot be looked up.
   */
  isBypassedFor({ hostname }: URL): boolean {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    if (!ipaddr.isValid(host))
      return !host.includes('.') || host.endsWith('.localhost') || this.#no.some((one) => isWithin(host, one));
    const address = ipaddr.process(host);
    return NEAR.has(address.range()) || this.#no.some((one) => isInNetwork(address, one));
  }

  /** Connects to the proxy itself. @param done with a {@link ProxyError} when that cannot be done in time */
  connect(timeoutMs: number, done: (error: Error | null, socket?: Socket) => void): Socket {
    const socket = connect({ host: this.#host, port: this.#port, lookup: this.#lookup, noDelay: true });
    const timer = setTimeout(() => socket.destroy(this.late(timeoutMs)), timeoutMs);
    const failed = (error: Error) => {
      clearTimeout(timer);
      done(error instanceof AttemptError ? error : this.#unreachable(error));
    };
    socket.once('error', failed).once('connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      done(null, socket);
    });
    return socket;
  }

  /**
   * Asks for a tunnel to a receiver, on a connection to the proxy.
   * @param target `crm.example.com:443`
   * @param done with an error when the proxy refuses; else the bytes that follow on the socket are the receiver's
   */
  openTunnel(socket: Socket, target: string, done: (error: Error | null) => void): void {
    let head = '';
    const end = (error: Error | null) => {
      socket.off('data', read).off('error', end).off('close', cut);
      done(error);
    };
    const cut = () => end(new ProxyError('PROXY_REFUSED', `the proxy ${this.shown} cut the connection`));
    const read = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      const length = head.indexOf('\r\n\r\n');
      if (length < 0 && head.length < MOST_HEAD_BYTES) return;
      const [, status = '', reason = ''] = /^HTTP\/\d(?:\.\d)? +(\d{3}) *([^\r\n]*)/.exec(head) ?? [];
      if (!status.startsWith('2')) {
        end(this.refusal(Number(status), reason, target));
        return;
      }
      const rest = head.slice(length + 4);
      if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
      end(null);
    };
    socket.on('data', read).on('error', end).on('close', cut);
    const authorization = this.authorization === undefined ? '' : `Proxy-Authorization: ${this.authorization}\r\n`;
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`);
  }

  /** Why the proxy does not pass a request on, by its answer. @param status 0: the answer was no HTTP */
  refusal(status: number, reason: string, target: string): ProxyError {
    if (status === 407)
      return new ProxyError(
        'PROXY_LOGIN',
        `the proxy ${this.shown} ${this.authorization === undefined ? 'wants a user and a password' : 'refuses user or password'} (407)`,
      );
    const said = status === 0 ? 'what listens there is no HTTP proxy' : `${status} ${reason}`;
    return new ProxyError('PROXY_REFUSED', `the proxy ${this.shown} does not connect to ${target} (${said.trim()})`);
  }

  late(timeoutMs: number): AttemptError {
    return new AttemptError(
      'CONNECT_DEADLINE',
      `no connection within ${timeoutMs} ms, through the proxy ${this.shown}`,
    );
  }

  #unreachable(error: Error): ProxyError {
    return new ProxyError('PROXY_UNREACHABLE', `the proxy ${this.shown} cannot be reached (${error.message})`, error);
  }
}

/** `crm.example.com` is within `example.com`, and within itself. */
function isWithin(host: string, name: string): boolean {
  const bare = name.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}

function isInNetwork(address: ReturnType<typeof ipaddr.process>, text: string): boolean {
  if (ipaddr.isValid(text)) return ipaddr.process(text).toString() === address.toString();
  if (!ipaddr.isValidCIDR(text)) return false;
  const network = ipaddr.parseCIDR(text);
  return network[0].kind() === address.kind() && address.match(network);
}
