import type { ListResult, OneOffSession } from '../ami/session/one-off-session.ts';
import type { Console } from './console.ts';
import { type Endpoint, isPhoneChannel, type PbxFacts } from './phones.ts';

type Item = Readonly<Record<string, string>>;

/**
 * Asks Asterisk for its endpoints, their states, FreePBX's devices and the hints.
 *
 * With write=reporting PJSIPShowEndpoints is refused (it needs `system`): the console shows the same, with the numbers
 * of their caller ids; where there is none, DeviceStateList has the endpoints whose state was ever looked at, as
 * Asterisk 22 was asked. DBGetTree is as new as Asterisk 18; before, the console shows the same.
 * @throws {AmiError} when the connection ends before
 */
export async function askPhones(session: OneOffSession, console: Console | undefined): Promise<PbxFacts> {
  const pjsip = itemsOf(await session.list('PJSIPShowEndpoints'));
  const sip = itemsOf(await session.list('SIPpeers'));
  const iax = itemsOf(await session.list('IAXpeers'));
  const states = itemsOf(await session.list('DeviceStateList'));
  const hints = itemsOf(await session.list('ExtensionStateList'));
  const shown = endpointsIn(console?.run('pjsip show endpoints').output ?? '');
  const endpoints = new Map<string, Endpoint>();
  const add = (channel: string, isReachable: boolean | undefined) => {
    const before = endpoints.get(channel);
    endpoints.set(channel, { channel, isReachable: isReachable ?? before?.isReachable });
  };
  for (const { device = '', state = '' } of states) if (isPhoneChannel(device)) add(device, reachableByState(state));
  for (const { objectname, devicestate = '' } of pjsip)
    if (objectname) add(`PJSIP/${objectname}`, reachableByState(devicestate));
  for (const { name, state } of shown) add(`PJSIP/${name}`, reachableByState(state));
  for (const peer of sip) if (peer.objectname) add(`SIP/${peer.objectname}`, reachableByPeer(peer));
  for (const peer of iax) if (peer.objectname) add(`IAX2/${peer.objectname}`, reachableByPeer(peer));
  return {
    endpoints: [...endpoints.values()],
    database: new Map([...(await tree(session, console, 'DEVICE')), ...(await tree(session, console, 'AMPUSER'))]),
    callerIds: new Map([
      ...shown.map(({ name, callerId }): [string, string] => [`PJSIP/${name}`, callerId]),
      ...(await callerIdsOf(session, sip)),
    ]),
    hints: hints.map(({ exten = '', hint = '' }) => ({ extension: exten, devices: hint.split(/[&,]/) })),
  };
}

const itemsOf = (listed: ListResult): readonly Item[] => ('items' in listed ? listed.items : []);

/** ` Endpoint:  102-desk/102      Not in use    0 of inf`: the name, and the number of its caller id if it has one. */
function endpointsIn(output: string): { name: string; callerId: string; state: string }[] {
  const line = /^ Endpoint: {2}(\S+?)(?:\/(\S+))?\s+(Unavailable|Invalid|Unknown|[A-Z][a-z]+(?: \w+)*)\s+\d+ of /gm;
  return [...output.matchAll(line)].map(([, name = '', callerId = '', state = '']) => ({ name, callerId, state }));
}

/** Of the peers of chan_sip whose names are no numbers; the others need none. */
async function callerIdsOf(session: OneOffSession, peers: readonly Item[]): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const { objectname = '' } of peers.filter(({ objectname = '' }) => /\D/.test(objectname))) {
    const answer = await session.ask('SIPshowpeer', { Peer: objectname });
    const [, number] = /<([^>]*)>/.exec(String(answer?.callerid ?? '')) ?? [];
    if (number !== undefined) found.push([`SIP/${objectname}`, number]);
  }
  return found;
}

/** `UNAVAILABLE`, or `Unavailable`: no phone has registered. */
function reachableByState(state: string): boolean | undefined {
  if (/^unavailable$/i.test(state)) return false;
  return /^(?:unknown|invalid|)$/i.test(state) ? undefined : true;
}

/** A peer that registers has an address once it has; one that is asked regularly has said whether it is there. */
function reachableByPeer({ status = '', dynamic = '', ipaddress = '' }: Item): boolean | undefined {
  if (/^unreachable|^unknown/i.test(status)) return false;
  if (/^yes$/i.test(dynamic) && /^(?:-none-|\(null\)|\(none\)|)$/i.test(ipaddress)) return false;
  return true;
}

async function tree(session: OneOffSession, console: Console | undefined, family: string): Promise<[string, string][]> {
  const listed = await session.list('DBGetTree', { Family: family });
  if ('items' in listed) return listed.items.map(({ key = '', val = '' }): [string, string] => [key, val]);
  const { ok, output } = console?.run(`database show ${family}`) ?? { ok: false, output: '' };
  if (!ok) return [];
  return output.split('\n').flatMap((line): [string, string][] => {
    const [, key, value = ''] = /^(\/\S+)\s*: (.*?)\s*$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, value]];
  });
}
