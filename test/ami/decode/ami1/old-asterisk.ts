/** Asterisk 1.8 to 11 as its AMI shows it: what happens becomes blocks of AMI 1.x, each as `Key: value` lines. */
export class OldAsterisk {
  readonly blocks: string[] = [];
  #uniqueids = 0;
  #locals = 0;

  /** The session as a log that replay reads. */
  get log(): string {
    return `Asterisk Call Manager/1.1\r\n${this.blocks.join('')}`;
  }

  /** A channel begins. @param exten the number that it dials; `''` for one that is called */
  channel(name: string, exten = '', callerIdNum = ''): OldChannel {
    const channel: OldChannel = { name, uniqueid: `1443110370.${this.#uniqueids++}`, number: callerIdNum };
    const calling = exten !== '' && !name.endsWith(';1');
    this.send('Newchannel', {
      Channel: name,
      ChannelState: name.endsWith(';2') ? '4' : '0',
      CallerIDNum: callerIdNum,
      Exten: exten,
      Context: 'phones',
      Uniqueid: channel.uniqueid,
    });
    if (calling && !name.endsWith(';2')) this.state(channel, 4);
    return channel;
  }

  /** Both halves of a Local channel. */
  local(exten: string): [OldChannel, OldChannel] {
    const name = `Local/${exten}@phones-${(this.#locals++).toString(16).padStart(8, '0')}`;
    const halves: [OldChannel, OldChannel] = [this.channel(`${name};1`, exten), this.channel(`${name};2`, exten)];
    this.send('LocalBridge', {
      Channel1: halves[0].name,
      Channel2: halves[1].name,
      Uniqueid1: halves[0].uniqueid,
      Uniqueid2: halves[1].uniqueid,
    });
    return halves;
  }

  state({ name, uniqueid, number }: OldChannel, state: number): void {
    this.send('Newstate', {
      Channel: name,
      ChannelState: `${state}`,
      CallerIDNum: number,
      ConnectedLineNum: '',
      Uniqueid: uniqueid,
    });
  }

  dial(source: OldChannel, dest: OldChannel): void {
    this.send('Dial', {
      SubEvent: 'Begin',
      Channel: source.name,
      Destination: dest.name,
      CallerIDNum: source.number,
      UniqueID: source.uniqueid,
      DestUniqueID: dest.uniqueid,
      Dialstring: dest.name,
    });
  }

  dialEnd({ name, uniqueid }: OldChannel, status: string): void {
    this.send('Dial', { SubEvent: 'End', Channel: name, UniqueID: uniqueid, DialStatus: status });
  }

  link(one: OldChannel, other: OldChannel): void {
    this.#bridge('Link', one, other);
  }

  unlink(one: OldChannel, other: OldChannel): void {
    this.#bridge('Unlink', one, other);
  }

  /** `clone` takes the place of `original`: its name goes to the other's uniqueid, and its caller id stays behind. */
  masquerade(clone: OldChannel, original: OldChannel): void {
    const [cloned, left] = [clone.name, original.name];
    this.send('Masquerade', { Clone: cloned, CloneState: 'Up', Original: left, OriginalState: 'Up' });
    this.#rename(clone, `${cloned}<MASQ>`);
    this.#rename(original, cloned);
    this.#rename(clone, `${left}<ZOMBIE>`);
    this.send('NewCallerid', { Channel: cloned, CallerIDNum: original.number, Uniqueid: original.uniqueid });
  }

  hangup({ name, uniqueid, number }: OldChannel, cause = 16): void {
    this.send('Hangup', {
      Channel: name,
      Uniqueid: uniqueid,
      CallerIDNum: number,
      Cause: `${cause}`,
      'Cause-txt': 'Normal Clearing',
    });
  }

  send(event: string, headers: Record<string, string>): void {
    const lines = Object.entries({ Event: event, Privilege: 'call,all', ...headers });
    this.blocks.push(`${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
  }

  #bridge(state: 'Link' | 'Unlink', one: OldChannel, other: OldChannel): void {
    this.send('Bridge', {
      Bridgestate: state,
      Bridgetype: 'core',
      Channel1: one.name,
      Channel2: other.name,
      Uniqueid1: one.uniqueid,
      Uniqueid2: other.uniqueid,
    });
  }

  #rename(channel: OldChannel, name: string): void {
    this.send('Rename', { Channel: channel.name, Newname: name, Uniqueid: channel.uniqueid });
    channel.name = name;
  }
}

/** A channel as Asterisk keeps it: the uniqueid stays, and a masquerade changes the name. */
export interface OldChannel {
  name: string;
  readonly uniqueid: string;
  readonly number: string;
}
