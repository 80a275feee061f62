/** Header names in lower case; of a repeated header the first. */
export function headersOf(block: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).replace(/^ /, '');
  }
  return headers;
}

/** The blocks of a piece of AMI text, with LF as line end and without their empty lines. */
export function blocksOf(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n\n+/)
    .map((block) => block.trim())
    .filter((block) => block !== '');
}

const SHOWN: [header: string, name: string][] = [
  ['channel', 'Channel'],
  ['channelstate', 'ChannelState'],
  ['channelstatedesc', 'ChannelStateDesc'],
  ['calleridnum', 'CallerIDNum'],
  ['calleridname', 'CallerIDName'],
  ['connectedlinenum', 'ConnectedLineNum'],
  ['connectedlinename', 'ConnectedLineName'],
  ['context', 'Context'],
  ['exten', 'Exten'],
  ['uniqueid', 'Uniqueid'],
  ['linkedid', 'Linkedid'],
  ['application', 'Application'],
  ['applicationdata', 'ApplicationData'],
  ['bridgeid', 'BridgeId'],
];

/** The number that a new channel dials; one that is made to be called dials none. */
function incomingDial({ channel = '', channelstate, exten = '' }: Record<string, string>): string {
  return channelstate === '4' && !channel.startsWith('Local/') ? exten : '';
}

/** Which channels are alive, by the events that were played: what `CoreShowChannels` would list. */
export class LivingChannels {
  readonly #byUniqueid = new Map<string, Record<string, string>>();

  get size(): number {
    return this.#byUniqueid.size;
  }

  clear(): void {
    this.#byUniqueid.clear();
  }

  note(headers: Record<string, string>): void {
    switch (headers.event) {
      case 'Hangup':
        this.#byUniqueid.delete(headers.uniqueid ?? '');
        return;
      case 'Newchannel':
        this.#byUniqueid.set(headers.uniqueid ?? '', { ...headers, dnid: incomingDial(headers) });
        return;
      case 'Rename':
        this.#change(headers.uniqueid, { channel: headers.newname ?? '' });
        return;
      case 'BridgeEnter':
        this.#change(headers.uniqueid, { ...headers, bridgeid: headers.bridgeuniqueid ?? '' });
        return;
      case 'BridgeLeave':
        this.#change(headers.uniqueid, { ...headers, bridgeid: '' });
        return;
      case 'DialBegin':
        this.#change(headers.uniqueid, { ...headers, application: 'Dial' });
        this.#change(headers.destuniqueid, { application: 'AppDial', applicationdata: '(Outgoing Line)' });
        return;
      default:
        this.#change(headers.uniqueid, headers);
    }
  }

  /** The lines of each channel, as CoreShowChannel has them. */
  list(): string[][] {
    return [...this.#byUniqueid.values()].map((channel) =>
      SHOWN.map(([header, name]) => `${name}: ${channel[header] ?? ''}`),
    );
  }

  /** The same, as Status has them: with the number that each has dialled. */
  statuses(): string[][] {
    const names = (line: string) => line.replace(/^BridgeId:/, 'BridgeID:').replace(/^ApplicationData:/, 'Data:');
    return [...this.#byUniqueid.values()].map((channel, at) => [
      ...(this.list()[at] ?? []).map(names),
      `DNID: ${channel.dnid ?? ''}`,
    ]);
  }

  #change(uniqueid: string | undefined, headers: Record<string, string>): void {
    const channel = this.#byUniqueid.get(uniqueid ?? '');
    if (channel === undefined) return;
    const { event: _event, channel: name, ...rest } = headers;
    Object.assign(channel, rest, name !== undefined && headers.event !== 'VarSet' ? { channel: name } : {});
  }
}
