import type { Socket } from 'node:net';
import { AmiServer, COMMON, type ReceivedAction } from '../../src/cli/commands/demo/ami-server.ts';
import { Session } from './session.ts';

/** One extension's part in one call, as it truly was: what the service ought to send. */
export interface TrueLeg {
  callId: string;
  extension: string;
  flow: 'IN' | 'OUT';
  /** When the dial began. */
  dialledAt: number;
  /** When the leg's own channel went Up; absent while it rings, or when it never did. */
  upAt?: number;
  endedAt?: number;
}

interface PbxChannel {
  name: string;
  uniqueid: string;
  linkedid: string;
  state: number;
  callerIdNum: string;
  connectedLineNum: string;
  exten: string;
  application: string;
  bridge: string;
}

const STATES: Record<number, string> = { 0: 'Down', 4: 'Ring', 5: 'Ringing', 6: 'Up' };

/**
 * An Asterisk as far as AMI shows it: it makes calls at a given rate, whether anybody listens or not, and answers
 * `CoreShowChannels` truthfully. It keeps the truth about every leg.
 */
export class BusyPbx {
  readonly legs: TrueLeg[] = [];
  /** In the order of their logins. */
  readonly sessions: Session[] = [];
  readonly #server: AmiServer;
  readonly #listeners = new Map<Socket, Session>();
  readonly #channels = new Map<string, PbxChannel>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #random: () => number;
  /** Of how many Hangups, of 1, no event comes. */
  withheldHangups = 0;
  #clockBy = 0;
  #count = 0;
  #events = 0;
  #startedAt = new Date(Date.now() - 3_600_000);
  #ticker: NodeJS.Timeout | undefined;

  /** @param random 0 to 1, seeded so that a run can be repeated */
  constructor(random: () => number) {
    this.#random = random;
    this.#server = new AmiServer(
      {
        login: (action) => this.#login(action),
        corestatus: ({ succeed }) => {
          const iso = this.#startedAt.toISOString();
          succeed(`CoreStartupDate: ${iso.slice(0, 10)}\r\nCoreStartupTime: ${iso.slice(11, 19)}\r\n`);
        },
        coreshowchannels: (action) => this.#listChannels(action),
        status: (action) => this.#listStatuses(action),
        ping: (action) => {
          COMMON.ping(action);
          this.#listeners.get(action.client)?.pinged(this.legs.length, this.#events);
        },
      },
      (client) => {
        this.#listeners.get(client)?.lost(this.legs.length);
        this.#listeners.delete(client);
      },
    );
  }

  async listen(): Promise<number> {
    return this.#server.start();
  }

  /** Makes this many calls a second until {@link quiet}. */
  busy(callsPerSecond: number): void {
    this.#ticker = setInterval(() => {
      for (let i = 0; i < callsPerSecond / 50; i++) this.#call();
    }, 20);
  }

  /** Makes no more calls, and lets those that go on come to their end. */
  async quiet(): Promise<void> {
    clearInterval(this.#ticker);
    while (this.#channels.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Every call ends without a word, as when Asterisk is killed and started again. */
  restart(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#channels.clear();
    for (const leg of this.legs) leg.endedAt ??= Date.now();
    this.#startedAt = new Date();
    this.cut();
  }

  /** For now; those that go on come to their end. */
  makeNoMoreCalls(): void {
    clearInterval(this.#ticker);
  }

  /** Its clock is set, by so many milliseconds from the true time; only its events show it. */
  setClock(by: number): void {
    this.#clockBy = by;
  }

  /** Cuts every AMI connection. */
  cut(): void {
    this.#server.cut();
  }

  /** Cuts every AMI connection in the middle of a packet. */
  cutInPacket(): void {
    for (const socket of this.#server.clients) {
      socket.write('Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/1', () => socket.destroy());
    }
  }

  /** The connections that there are stay open, and nothing comes through any more, either way. */
  swallow(): void {
    for (const [socket, session] of this.#listeners) {
      session.lost(this.legs.length);
      socket.removeAllListeners('data');
      socket.on('data', () => undefined);
      this.#listeners.delete(socket);
    }
  }

  get alive(): number {
    return this.#channels.size;
  }

  /** Whether somebody listens, and all that has happened was read. */
  get isRead(): boolean {
    const sessions = [...this.#listeners.values()];
    return sessions.length > 0 && sessions.every(({ readEvents }) => readEvents === this.#events);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#server.stop();
  }

  #login(action: ReceivedAction): void {
    COMMON.login(action);
    const session = new Session(this.legs.length);
    this.sessions.push(session);
    this.#listeners.set(action.client, session);
  }

  #listChannels({ client, sendList }: ReceivedAction): void {
    const session = this.#listeners.get(client);
    if (session !== undefined) session.hasAsked = true;
    session?.listed(this.#ringing(), this.legs.length, false);
    const items = [...this.#channels.values()].map(
      (channel) =>
        `${fieldsOf('', channel)}Application: ${channel.application}\r\nApplicationData: \r\nDuration: 00:00:05\r\nBridgeId: ${channel.bridge}\r\n`,
    );
    sendList({
      ...{ message: 'Channels will follow', event: 'CoreShowChannel', items },
      ...{ end: 'CoreShowChannelsComplete', count: 'ListItems' },
    });
  }

  #listStatuses({ client, sendList }: ReceivedAction): void {
    this.#listeners.get(client)?.listed(this.#ringing(), this.legs.length, true);
    const items = [...this.#channels.values()].map((channel) => {
      const dnid = channel.application === 'Dial' ? channel.exten : '';
      return `${fieldsOf('', channel)}Type: PJSIP\r\nDNID: ${dnid}\r\nBridgeID: ${channel.bridge}\r\nApplication: ${channel.application}\r\nData: \r\n`;
    });
    sendList({
      ...{ message: 'Channel status will follow', event: 'Status', items },
      ...{ end: 'StatusComplete', count: 'Items' },
    });
  }

  #ringing(): Set<TrueLeg> {
    return new Set(this.legs.filter(({ upAt, endedAt }) => upAt === undefined && endedAt === undefined));
  }

  #emit(event: string, headers: string): void {
    this.#events++;
    if (event === 'Hangup' && this.#random() < this.withheldHangups) return;
    const text = `Event: ${event}\r\nPrivilege: call,all\r\nTimestamp: ${((Date.now() + this.#clockBy) / 1000).toFixed(6)}\r\n${headers}\r\n`;
    for (const socket of this.#listeners.keys()) socket.write(text);
  }

  #after(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, ms);
    this.#timers.add(timer);
  }

  #channel(endpoint: string, state: number, linkedid: string | undefined, exten: string, num: string): PbxChannel {
    const serial = ++this.#count;
    const uniqueid = `${Math.floor(this.#startedAt.getTime() / 1000)}.${serial}`;
    const channel: PbxChannel = {
      name: `${endpoint}-${serial.toString(16).padStart(8, '0')}`,
      uniqueid,
      linkedid: linkedid ?? uniqueid,
      state,
      callerIdNum: num,
      connectedLineNum: '<unknown>',
      exten,
      application: linkedid === undefined ? 'Dial' : 'AppDial',
      bridge: '',
    };
    this.#channels.set(uniqueid, channel);
    this.#emit('Newchannel', fieldsOf('', channel));
    return channel;
  }

  #leg(callId: string, extension: string, flow: 'IN' | 'OUT'): TrueLeg {
    const leg = { callId, extension, flow, dialledAt: Date.now() };
    this.legs.push(leg);
    return leg;
  }

  #hangup(channel: PbxChannel, leg: TrueLeg | undefined): void {
    this.#channels.delete(channel.uniqueid);
    if (leg !== undefined) leg.endedAt = Date.now();
    this.#emit('Hangup', `${fieldsOf('', channel)}Cause: 16\r\nCause-txt: Normal Clearing\r\n`);
  }

  #up(channel: PbxChannel, leg: TrueLeg | undefined): void {
    channel.state = 6;
    if (leg !== undefined) leg.upAt = Date.now();
    this.#emit('Newstate', fieldsOf('', channel));
  }

  #enter(channel: PbxChannel, bridge: string): void {
    channel.bridge = bridge;
    this.#emit('BridgeEnter', `${bridgeOf(bridge)}${fieldsOf('', channel)}`);
  }

  /** One call: from a trunk or an extension, to one phone or to three at once; answered or not. */
  #call(): void {
    const pick = () => String(100 + Math.floor(this.#random() * 100));
    const inside = this.#random() < 0.5;
    const phones = [...new Set(this.#random() < 0.2 ? [pick(), pick(), pick()] : [pick()])];
    const from = inside ? pick() : `+3161${String(Math.floor(this.#random() * 1e7)).padStart(7, '0')}`;
    const called = inside ? (phones[0] ?? '') : '+18005550101';
    const caller = this.#channel(inside ? `PJSIP/${from}` : 'PJSIP/trunk', 4, undefined, called, from);
    const callId = caller.uniqueid;
    const out = inside ? this.#leg(callId, from, 'OUT') : undefined;
    const dialled = phones.map((phone) => {
      const channel = this.#channel(`PJSIP/${phone}`, 0, callId, 's', phone);
      channel.connectedLineNum = from;
      const leg = this.#leg(callId, phone, 'IN');
      this.#emit('DialBegin', `${fieldsOf('', caller)}${fieldsOf('Dest', channel)}DialString: ${phone}\r\n`);
      channel.state = 5;
      this.#emit('Newstate', fieldsOf('', channel));
      return { channel, leg };
    });
    const answers = this.#random() < 0.6 ? dialled[Math.floor(this.#random() * dialled.length)] : undefined;
    const end = (channel: PbxChannel, status: string) =>
      this.#emit('DialEnd', `${fieldsOf('', caller)}${fieldsOf('Dest', channel)}DialStatus: ${status}\r\n`);
    this.#after(300 + this.#random() * 1500, () => {
      if (answers !== undefined) this.#up(answers.channel, answers.leg);
      for (const { channel, leg } of dialled) {
        if (channel === answers?.channel) end(channel, 'ANSWER');
        else {
          end(channel, 'CANCEL');
          this.#hangup(channel, leg);
        }
      }
      if (answers === undefined) {
        this.#hangup(caller, out);
        return;
      }
      this.#up(caller, out);
      this.#enter(answers.channel, `b-${callId}`);
      this.#enter(caller, `b-${callId}`);
      this.#after(200 + this.#random() * 1500, () => {
        this.#hangup(answers.channel, answers.leg);
        this.#hangup(caller, out);
      });
    });
  }
}

function fieldsOf(prefix: string, channel: PbxChannel): string {
  const fields = {
    Channel: channel.name,
    ChannelState: channel.state,
    ChannelStateDesc: STATES[channel.state],
    CallerIDNum: channel.callerIdNum,
    CallerIDName: '<unknown>',
    ConnectedLineNum: channel.connectedLineNum,
    ConnectedLineName: '<unknown>',
    Language: 'en',
    AccountCode: '',
    Context: 'default',
    Exten: channel.exten,
    Priority: 1,
    Uniqueid: channel.uniqueid,
    Linkedid: channel.linkedid,
  };
  return Object.entries(fields)
    .map(([key, value]) => `${prefix}${key}: ${value}\r\n`)
    .join('');
}

function bridgeOf(bridge: string): string {
  return `BridgeUniqueid: ${bridge}\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\nBridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\nBridgeNumChannels: 2\r\nBridgeVideoSourceMode: none\r\n`;
}
