import { type AmiEvent, type ChannelSnapshot, RING, UP } from '../../../src/ami/ami-events.ts';
import type { Line } from './cast.ts';

export const DOWN = 0;
export const RINGING = 5;
export { RING, UP };

/** A channel as the model's Asterisk keeps it. */

export interface PbxChannel extends ChannelSnapshot {
  /** The order in which channels were made: where calls are joined, the oldest Linkedid stays. */
  born: number;
  bridge: PbxBridge | undefined;
}

export interface PbxBridge {
  id: string;
  bridgeType: string;
  technology: string;
  creator: string;
  channels: Set<PbxChannel>;
}

export type BridgeKind = 'basic' | 'parking' | 'conference';

const KINDS: Record<BridgeKind, Pick<PbxBridge, 'bridgeType' | 'technology' | 'creator'>> = {
  basic: { bridgeType: 'basic', technology: 'simple_bridge', creator: '<unknown>' },
  parking: { bridgeType: 'parking', technology: 'holding_bridge', creator: 'Parking' },
  conference: { bridgeType: 'base', technology: 'softmix', creator: 'ConfBridge' },
};

/** The model's Asterisk: what happens in it becomes AMI events, with the fields that the real one shows. */
export class Pbx {
  /** Milliseconds since 1970. */
  now = 1_795_469_549_000;
  events: AmiEvent[] = [];
  readonly #timestamps: boolean;
  readonly #gone: (uniqueid: string) => void;
  #channels = 0;
  #locals = 0;
  #bridges = 0;

  /**
   * @param timestamps whether AMI reports them
   * @param gone called with each channel that has hung up
   */
  constructor(timestamps: boolean, gone: (uniqueid: string) => void) {
    this.#timestamps = timestamps;
    this.#gone = gone;
  }

  /** A channel begins. @param from whose call it becomes part of; absent: it begins a call of its own */
  newchannel(line: Line, state: number, exten: string, from?: PbxChannel): PbxChannel {
    const number = (this.#channels + 4096).toString(16).padStart(8, '0');
    return this.#make(`${line.endpoint}-${number}`, line, state, exten, from);
  }

  /** Both halves of a Local channel. */
  local(exten: string, context: string, from: PbxChannel | undefined): [PbxChannel, PbxChannel] {
    const name = `Local/${exten}@${context}-${(this.#locals++).toString(16).padStart(8, '0')}`;
    const nobody = { endpoint: name, number: '<unknown>', name: '<unknown>' };
    const one = this.#make(`${name};1`, nobody, DOWN, exten, from);
    return [one, this.#make(`${name};2`, nobody, RING, exten, one)];
  }

  state(channel: PbxChannel, state: number): void {
    channel.state = state;
    this.#emit({ event: 'Newstate', ...fieldsOf(channel) });
  }

  callerId(channel: PbxChannel, number: string, name: string): void {
    channel.callerIdNum = number;
    channel.callerIdName = name;
    this.#emit({ event: 'NewCallerid', ...fieldsOf(channel) });
  }

  connectedLine(channel: PbxChannel, number: string, name: string): void {
    channel.connectedLineNum = number;
    channel.connectedLineName = name;
    this.#emit({ event: 'NewConnectedLine', ...fieldsOf(channel) });
  }

  /** The dialplan goes on: shown with class `dialplan`. */
  newexten(channel: PbxChannel, exten: string): void {
    channel.exten = exten;
    this.#emit({ event: 'Newexten', ...fieldsOf(channel) });
  }

  varSet({ channel, uniqueid }: PbxChannel, variable: string, value: string): void {
    this.#emit({ event: 'VarSet', channel, uniqueid, variable, value });
  }

  dialBegin(source: PbxChannel | undefined, dest: PbxChannel): void {
    this.#emit({ event: 'DialBegin', ...sourceOf(source), dest: fieldsOf(dest) });
  }

  dialEnd(source: PbxChannel | undefined, dest: PbxChannel, dialStatus: string, forward = ''): void {
    if (dialStatus === 'ANSWER') dest.exten = '';
    this.#emit({ event: 'DialEnd', ...sourceOf(source), dest: fieldsOf(dest), dialStatus, forward });
  }

  localBridge(one: PbxChannel, two: PbxChannel): void {
    this.#emit({ event: 'LocalBridge', one: fieldsOf(one), two: fieldsOf(two) });
  }

  localOptimizationEnd(one: PbxChannel, two: PbxChannel): void {
    this.#emit({ event: 'LocalOptimizationEnd', one: fieldsOf(one), two: fieldsOf(two) });
  }

  bridge(kind: BridgeKind): PbxBridge {
    return { id: `bridge-${this.#bridges++}`, ...KINDS[kind], channels: new Set() };
  }

  enter(channel: PbxChannel, bridge: PbxBridge): void {
    this.leave(channel);
    bridge.channels.add(channel);
    channel.bridge = bridge;
    if (bridge.bridgeType === 'basic') oneLinkedid(bridge);
    this.#emit({ event: 'BridgeEnter', ...bridgeFields(bridge), ...fieldsOf(channel) });
  }

  leave(channel: PbxChannel): void {
    const { bridge } = channel;
    if (bridge === undefined) return;
    bridge.channels.delete(channel);
    channel.bridge = undefined;
    this.#emit({ event: 'BridgeLeave', ...bridgeFields(bridge), ...fieldsOf(channel) });
  }

  pickup(picker: PbxChannel, target: PbxChannel): void {
    this.#emit({ event: 'Pickup', ...fieldsOf(picker), target: fieldsOf(target) });
  }

  blindTransfer(transferer: PbxChannel, transferee: PbxChannel, extension: string): void {
    this.#emit({
      event: 'BlindTransfer',
      transferer: fieldsOf(transferer),
      transferee: fieldsOf(transferee),
      extension,
      result: 'Success',
    });
  }

  attendedTransfer(first: PbxChannel, second: PbxChannel, transferee: PbxChannel, target: PbxChannel): void {
    this.#emit({
      event: 'AttendedTransfer',
      origTransferer: fieldsOf(first),
      secondTransferer: fieldsOf(second),
      transferee: fieldsOf(transferee),
      transferTarget: fieldsOf(target),
      result: 'Success',
    });
  }

  originateResponse(channel: PbxChannel, response: 'Success' | 'Failure', exten: string): void {
    this.#emit({
      event: 'OriginateResponse',
      response,
      channel: channel.channel,
      uniqueid: response === 'Success' ? channel.uniqueid : '<null>',
      exten,
      application: '',
    });
  }

  hangup(channel: PbxChannel, cause = 16): void {
    this.leave(channel);
    this.#emit({ event: 'Hangup', ...fieldsOf(channel), cause, causeText: '' });
    this.#gone(channel.uniqueid);
  }

  #make(name: string, line: Line, state: number, exten: string, from: PbxChannel | undefined): PbxChannel {
    const born = this.#channels++;
    const uniqueid = `${Math.floor(this.now / 1000)}.${born}`;
    const channel: PbxChannel = {
      channel: name,
      uniqueid,
      linkedid: from?.linkedid ?? uniqueid,
      state,
      callerIdNum: line.number,
      callerIdName: line.name,
      connectedLineNum: '<unknown>',
      connectedLineName: '<unknown>',
      exten,
      born,
      bridge: undefined,
    };
    this.#emit({ event: 'Newchannel', ...fieldsOf(channel) });
    return channel;
  }

  #emit(event: AmiEvent): void {
    this.events.push(this.#timestamps ? { ...event, at: this.now } : event);
  }
}

/** Where channels meet in a call, all of them get the Linkedid of the oldest; it shows in their next events. */
function oneLinkedid({ channels }: PbxBridge): void {
  const linkedids = [...channels].map(({ linkedid }) => linkedid);
  const oldest = linkedids.reduce((a, b) => (order(b) < order(a) ? b : a));
  for (const channel of channels) channel.linkedid = oldest;
}

function order(linkedid: string): number {
  return Number(linkedid.slice(linkedid.indexOf('.') + 1));
}

function sourceOf(source: PbxChannel | undefined): { source?: ChannelSnapshot } {
  return source === undefined ? {} : { source: fieldsOf(source) };
}

function bridgeFields({ id, bridgeType, technology, creator }: PbxBridge) {
  return { bridge: id, bridgeType, technology, creator };
}

function fieldsOf({ born: _born, bridge: _bridge, ...fields }: PbxChannel): ChannelSnapshot {
  return fields;
}
