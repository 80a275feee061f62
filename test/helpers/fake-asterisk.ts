import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Arrivals } from './arrivals.ts';
import { blocksOf, headersOf, LivingChannels } from './living-channels.ts';

/** How the fake behaves; every field may be changed while it runs, and counts for what comes next. */
export interface Manners {
  banner: string;
  username: string;
  secret: string;
  /** Refuse each login. */
  refuse: boolean;
  /** Read everything and say nothing: a half-open connection, or a login that hangs. */
  swallow: boolean;
  /** Send one byte at a time. */
  drip: boolean;
  /** The user has write=reporting: CoreStatus and CoreShowChannels are answered. */
  reporting: boolean;
  /** The user has write=system: Filter is answered, and kept to. */
  system: boolean;
  /** The user has read=system and Asterisk is up: FullyBooted follows the login. */
  fullyBooted: boolean;
  startup: { date: string; time: string };
  /** Names of actions, in lower case, that are never answered. */
  silentTo: string[];
  /** Status is answered, as Asterisk 12 and later do. */
  status: boolean;
  /** Lists that it has, by the name of the action in lower case. */
  lists: Record<string, FakeList>;
  /** Its clock, in seconds since 1970, as Ping answers it. */
  clock: () => number;
}

/** The lines of a list, each with its headers as Asterisk sends them, and the name of its end. */
export interface FakeList {
  event: string;
  complete: string;
  items: readonly (readonly string[])[];
}

export interface FakeAsteriskOptions extends Partial<Manners> {
  tls?: { key: string; cert: string };
  port?: number;
}

export interface FakeAsterisk {
  readonly port: number;
  readonly manners: Manners;
  /** Every action received, in order, names and values as sent; the secret too. */
  readonly actions: Arrivals<Record<string, string>>;
  /** The channels alive by what was played, which CoreShowChannels lists. */
  readonly channels: LivingChannels;
  /** How many sessions get events now. */
  readonly listeners: number;
  /** Plays blocks of AMI to all sessions whose mask lets them through, and remembers which channels live. */
  play(text: string): void;
  /** Sends bytes as they are to all logged-in sessions. */
  send(bytes: Uint8Array | string): void;
  /** Cuts all connections at once, without a goodbye. */
  cut(): void;
  /** All calls end unheard and all connections are cut; it is up again at once, with another start-up time. */
  restart(): void;
  stop(): Promise<void>;
}

interface Session {
  socket: Socket;
  loggedIn: boolean;
  /** Event classes asked for; `undefined`: none. */
  mask: Set<string> | 'all' | undefined;
  filters: RegExp[];
}

/** A small AMI server on a loopback port, for sessions to meet what real ones meet. */
export async function startFakeAsterisk(options: FakeAsteriskOptions = {}): Promise<FakeAsterisk> {
  const { tls, port = 0, ...given } = options;
  const manners: Manners = {
    banner: 'Asterisk Call Manager/11.0.0',
    username: 'callevents',
    secret: 'geheim',
    refuse: false,
    swallow: false,
    drip: false,
    reporting: true,
    system: false,
    fullyBooted: true,
    startup: { date: '2026-11-23', time: '08:00:00' },
    silentTo: [],
    status: true,
    lists: {},
    clock: () => Date.now() / 1000,
    ...given,
  };
  const actions = new Arrivals<Record<string, string>>();
  const channels = new LivingChannels();
  const sessions = new Set<Session>();

  const write = (session: Session, text: Uint8Array | string) => {
    if (manners.swallow) return;
    const bytes = Buffer.from(text as string);
    if (!manners.drip) session.socket.write(bytes);
    else for (const byte of bytes) session.socket.write(Buffer.from([byte]));
  };

  const answer = (session: Session, action: Record<string, string>, lines: string[]) => {
    const id = action.actionid === undefined ? [] : [`ActionID: ${action.actionid}`];
    write(session, `${[lines[0], ...id, ...lines.slice(1)].join('\r\n')}\r\n\r\n`);
  };

  const take = (session: Session, action: Record<string, string>) => {
    const name = action.action?.toLowerCase();
    if (name !== 'login' && !session.loggedIn) {
      return answer(session, action, ['Response: Error', 'Message: Permission denied']);
    }
    if (manners.silentTo.includes(name ?? '')) return;
    switch (name) {
      case 'login': {
        const right = action.username === manners.username && action.secret === manners.secret;
        if (manners.refuse || !right) {
          answer(session, action, ['Response: Error', 'Message: Authentication failed']);
          return session.socket.end();
        }
        session.loggedIn = true;
        // As Asterisk does: all events from here on, unless the login says otherwise.
        session.mask = action.events === 'off' ? undefined : 'all';
        answer(session, action, ['Response: Success', 'Message: Authentication accepted']);
        // As Asterisk 22 does: only to who gets events of class system by now.
        if (manners.fullyBooted && session.mask !== undefined) {
          write(session, 'Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n');
        }
        return;
      }
      case 'events': {
        const mask = action.eventmask ?? '';
        session.mask = mask === 'on' ? 'all' : mask === 'off' ? undefined : new Set(mask.split(','));
        return answer(session, action, ['Response: Success', 'Events: On']);
      }
      case 'ping':
        return answer(session, action, ['Response: Success', 'Ping: Pong', `Timestamp: ${manners.clock().toFixed(6)}`]);
      case 'filter':
        if (!manners.system) return answer(session, action, ['Response: Error', 'Message: Permission denied']);
        session.filters.push(posixExpression(action.filter ?? ''));
        return answer(session, action, ['Response: Success', 'Message: Filter added successfully']);
      case 'corestatus':
        if (!manners.reporting) return answer(session, action, ['Response: Error', 'Message: Permission denied']);
        return answer(session, action, [
          'Response: Success',
          `CoreStartupDate: ${manners.startup.date}`,
          `CoreStartupTime: ${manners.startup.time}`,
        ]);
      case 'coreshowchannels': {
        if (!manners.reporting) return answer(session, action, ['Response: Error', 'Message: Permission denied']);
        answer(session, action, ['Response: Success', 'EventList: start', 'Message: Channels will follow']);
        for (const lines of channels.list()) answer(session, action, ['Event: CoreShowChannel', ...lines]);
        return answer(session, action, ['Event: CoreShowChannelsComplete', 'EventList: Complete']);
      }
      case 'status':
        if (!manners.reporting || !manners.status)
          return answer(session, action, ['Response: Error', 'Message: Permission denied']);
        answer(session, action, ['Response: Success', 'EventList: start', 'Message: Channel status will follow']);
        for (const lines of channels.statuses()) answer(session, action, ['Event: Status', ...lines]);
        return answer(session, action, ['Event: StatusComplete', 'EventList: Complete']);
      case 'coresettings':
        if (!manners.reporting) return answer(session, action, ['Response: Error', 'Message: Permission denied']);
        return answer(session, action, ['Response: Success', 'AMIversion: 11.0.0', 'AsteriskVersion: 22.10.1']);
      default: {
        const list = manners.lists[action.family === undefined ? (name ?? '') : `${name} ${action.family}`];
        if (list === undefined) return answer(session, action, ['Response: Error', 'Message: Invalid/unknown command']);
        answer(session, action, ['Response: Success', 'EventList: start', 'Message: A list will follow']);
        for (const lines of list.items) answer(session, action, [`Event: ${list.event}`, ...lines]);
        return answer(session, action, [`Event: ${list.complete}`, 'EventList: Complete']);
      }
    }
  };

  const welcome = (socket: Socket) => {
    const session: Session = { socket, loggedIn: false, mask: undefined, filters: [] };
    sessions.add(session);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sessions.delete(session));
    let unread = '';
    socket.on('data', (bytes) => {
      unread += bytes.toString();
      for (let end = unread.indexOf('\r\n\r\n'); end >= 0; end = unread.indexOf('\r\n\r\n')) {
        const action = headersOf(unread.slice(0, end));
        unread = unread.slice(end + 4);
        actions.add(action);
        if (!manners.swallow) take(session, action);
      }
    });
    write(session, `${manners.banner}\r\n`);
  };

  const server: Server = tls ? createTlsServer(tls, welcome) : createServer(welcome);
  server.on('tlsClientError', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const cut = () => {
    // A TLS socket cannot be reset in newer Nodes; it is destroyed.
    for (const { socket } of sessions) socket.destroy();
    sessions.clear();
  };

  return {
    port: (server.address() as AddressInfo).port,
    manners,
    actions,
    channels,
    get listeners() {
      return [...sessions].filter(({ mask }) => mask !== undefined).length;
    },
    play(text) {
      for (const block of blocksOf(text)) {
        const headers = headersOf(block);
        channels.note(headers);
        const classes = (headers.privilege ?? 'all').split(',').filter((name) => name !== 'all');
        for (const session of sessions) {
          const { mask, filters } = session;
          if (mask === undefined) continue;
          const bytes = `${block.replaceAll('\n', '\r\n')}\r\n\r\n`;
          if (filters.length > 0 && !filters.some((filter) => filter.test(bytes))) continue;
          if (mask === 'all' || classes.length === 0 || classes.some((name) => mask.has(name))) {
            write(session, bytes);
          }
        }
      }
    },
    send(bytes) {
      for (const session of sessions) if (session.loggedIn) write(session, bytes);
    },
    cut,
    restart() {
      channels.clear();
      manners.startup = { ...manners.startup, date: nextDay(manners.startup.date) };
      cut();
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

/** A POSIX extended expression as Asterisk compiles it: `.` stands for a line end, too. */
export function posixExpression(text: string): RegExp {
  return new RegExp(text.replaceAll('[[:space:]]', '\\s'), 's');
}

function nextDay(date: string): string {
  return new Date(Date.parse(date) + 24 * 3_600_000).toISOString().slice(0, 10);
}
