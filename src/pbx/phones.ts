/** An endpoint that Asterisk has: `PJSIP/101`. */
export interface Endpoint {
  channel: string;
  /** Whether its phone can be called now; absent: Asterisk does not know. */
  isReachable: boolean | undefined;
}

/** Asterisk's endpoints, and what it says about the extensions that they belong to. */
export interface PbxFacts {
  endpoints: readonly Endpoint[];
  /** FreePBX's tree of devices in Asterisk's database: keys such as `/DEVICE/101/user`, `/AMPUSER/101/cidname`. */
  database: ReadonlyMap<string, string>;
  /** The numbers of the endpoints' caller ids, as far as they were shown. */
  callerIds: ReadonlyMap<string, string>;
  /** The hints of the dialplan: an extension, and the devices whose state it shows. */
  hints: readonly { extension: string; devices: readonly string[] }[];
}

/** An extension as Asterisk knows it. */
export interface FoundExtension {
  number: string;
  name: string | undefined;
  /** Its endpoints: `PJSIP/101`. */
  channels: readonly string[];
}

export interface FoundPhones {
  extensions: readonly FoundExtension[];
  /** Endpoints without a known extension: trunks, most of them. */
  others: readonly Endpoint[];
}

/** A name that is an extension by itself. Longer ones are the numbers of trunks. */
const NUMBER = /^\d{2,6}$/;

/** Technologies that phones are connected by. */
const PHONE = /^(?:PJSIP|SIP|IAX2|SCCP|DAHDI|MGCP|UNISTIM|Khomp|DGV)\//i;

export const isPhoneChannel = (device: string) => PHONE.test(device);

/**
 * Finds the extension of each endpoint: by FreePBX's devices, else by the endpoint's name, else by the only hint that
 * names it, else by the number of its caller id.
 */
export function findPhones({ endpoints, database, callerIds, hints }: PbxFacts): FoundPhones {
  const owners = ownersInDatabase(database, endpoints);
  const extensions = new Map<string, string[]>();
  const others: Endpoint[] = [];
  const known = new Set(endpoints.map(({ channel }) => channel));
  // A device may never have been seen by Asterisk's list of states.
  const all = [
    ...endpoints,
    ...[...owners.keys()].filter((one) => !known.has(one)).map((channel) => ({ channel, isReachable: undefined })),
  ];
  for (const endpoint of all) {
    const number = owners.size > 0 ? owners.get(endpoint.channel) : ownerByName(endpoint.channel, hints, callerIds);
    if (number === undefined) others.push(endpoint);
    else extensions.set(number, [...(extensions.get(number) ?? []), endpoint.channel]);
  }
  return {
    extensions: [...extensions]
      .map(([number, channels]) => ({
        number,
        name: database.get(`/AMPUSER/${number}/cidname`) || undefined,
        channels: channels.toSorted(),
      }))
      .toSorted((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true })),
    others,
  };
}

/** By FreePBX's tree: `PJSIP/1101` → `101`. */
function ownersInDatabase(database: ReadonlyMap<string, string>, endpoints: readonly Endpoint[]): Map<string, string> {
  const owners = new Map<string, string>();
  // Where the tree of devices is missing, the device is the endpoint of its name.
  const dialOf = (device: string) =>
    database.get(`/DEVICE/${device}/dial`) ??
    endpoints.find(({ channel }) => channel.slice(channel.indexOf('/') + 1) === device)?.channel;
  for (const [key, value] of database) {
    const [, family, name = '', field] = /^\/(DEVICE|AMPUSER)\/([^/]+)\/(user|device)$/.exec(key) ?? [];
    if (family === 'DEVICE' && field === 'user' && value !== '' && value !== 'none') {
      const dial = dialOf(name);
      if (dial !== undefined && isPhoneChannel(dial)) owners.set(dial, value);
    }
    if (family === 'AMPUSER' && field === 'device')
      for (const device of value.split('&')) {
        const dial = dialOf(device);
        if (dial !== undefined && isPhoneChannel(dial) && !owners.has(dial)) owners.set(dial, name);
      }
  }
  return owners;
}

function ownerByName(channel: string, hints: PbxFacts['hints'], callerIds: PbxFacts['callerIds']): string | undefined {
  const name = channel.slice(channel.indexOf('/') + 1);
  if (NUMBER.test(name)) return name;
  const naming = new Set(
    hints
      .filter(({ extension, devices }) => NUMBER.test(extension) && devices.includes(channel))
      .map((h) => h.extension),
  );
  if (naming.size === 1) return [...naming][0];
  const callerId = callerIds.get(channel) ?? '';
  return NUMBER.test(callerId) ? callerId : undefined;
}

/** The channels that an extension has without being configured: `channels` need not be written for them. */
export const isDefaultChannel = (channel: string, number: string) =>
  ['PJSIP', 'SIP', 'IAX2', 'SCCP'].some((technology) => channel === `${technology}/${number}`);
