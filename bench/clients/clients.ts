import type { EventEmitter } from 'node:events';
import { createConnection } from 'node:net';
import createManager from 'asterisk-manager';
import { benchPackage } from '../harness/bench-package.ts';
import { END_OF_STREAM } from '../stream/end.ts';

/**
 * Connects and logs in.
 * @param onEvent called for every event
 * @param onEnd called at the end of the stream
 * @returns when it is logged in
 */
type Connect = (port: number, onEvent: () => void, onEnd: () => void) => Promise<void>;

type Headers = Record<string, unknown>;
const HOST = '127.0.0.1';

const counting = (onEvent: () => void, onEnd: () => void) => (event: Headers) => {
  onEvent();
  if ((event.uniqueid ?? event.Uniqueid) === END_OF_STREAM.uniqueid) onEnd();
};

/** Every AMI client of the npm registry that still runs, each as its README says. */
export const CLIENTS: Record<string, Connect> = {
  /** No client at all: the bytes are split at empty lines, and nothing is done with them. */
  split: (port, onEvent, onEnd) =>
    new Promise((resolve) => {
      const socket = createConnection(port, HOST);
      const end = Buffer.from('\r\n\r\n');
      const marker = Buffer.from(END_OF_STREAM.uniqueid);
      let left: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        const bytes = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
        let from = 0;
        for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, from)) {
          from = at + 4;
          onEvent();
        }
        if (bytes.includes(marker, Math.max(0, bytes.length - 300))) onEnd();
        left = bytes.subarray(from);
      });
      socket.once('connect', () => socket.write('Action: Login\r\nActionID: 1\r\n\r\n'));
      setTimeout(resolve, 100);
    }),

  async 'asterisk-manager'(port, onEvent, onEnd) {
    const manager = createManager(null, HOST, 'bench', 'bench', true);
    (manager as unknown as EventEmitter).on('managerevent', counting(onEvent, onEnd));
    await new Promise<void>((resolve) => manager.connect({ port, host: HOST }, undefined, resolve));
    await new Promise<void>((resolve) => manager.login(() => resolve()));
  },

  async 'ami-io'(port, onEvent, onEnd) {
    type Client = EventEmitter & { connect(): void };
    const amiIo = benchPackage<{
      createClient(options: object): Client;
      SilentLogger: new () => object;
    }>('ami-io');
    const logger = new amiIo.SilentLogger();
    const client = amiIo.createClient({ host: HOST, port, login: 'bench', password: 'bench', logger });
    client.on('event', counting(onEvent, onEnd));
    client.connect();
    await new Promise((resolve) => client.once('connected', resolve));
  },

  async yana(port, onEvent, onEnd) {
    type Client = EventEmitter & { connect(callback: () => void): void };
    const Yana = benchPackage<new (options: object) => Client>('yana');
    const client = new Yana({ host: HOST, port, login: 'bench', password: 'bench', events: true });
    client.on('event', counting(onEvent, onEnd));
    await new Promise<void>((resolve) => client.connect(resolve));
  },

  async 'asterisk-ami'(port, onEvent, onEnd) {
    type Client = EventEmitter & { connect(): void };
    const AsteriskAmi = benchPackage<new (options: object) => Client>('asterisk-ami');
    // It makes a global by mistake, which a module in strict mode around it does not mind.
    const client = new AsteriskAmi({ host: HOST, port, username: 'bench', password: 'bench' });
    const count = counting(onEvent, onEnd);
    client.on('ami_data', (data: Headers) => {
      if (data.event !== undefined) count(data);
    });
    client.connect();
    await new Promise((resolve) => client.once('ami_login', resolve));
  },

  async 'asterisk.io'(port, onEvent, onEnd) {
    const { ami } = benchPackage<{ ami(...options: unknown[]): EventEmitter }>('asterisk.io');
    const client = ami(HOST, port, 'bench', 'bench');
    client.on('eventAny', counting(onEvent, onEnd));
    await new Promise((resolve) => client.once('ready', resolve));
  },

  async nami(port, onEvent, onEnd) {
    type Client = EventEmitter & { open(): void };
    const { Nami } = benchPackage<{ Nami: new (options: object) => Client }>('nami');
    const quiet = () => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const client = new Nami({ host: HOST, port, username: 'bench', secret: 'bench', logger });
    client.on('namiEvent', counting(onEvent, onEnd));
    client.open();
    await new Promise((resolve) => client.once('namiConnected', resolve));
  },
};
