import type { Config } from '../config/config.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { findPhones, isPhoneChannel, type PbxFacts } from '../pbx/phones.ts';
import { type Check, ok, some, warning } from './check.ts';

/** The name that some channel of this endpoint could have. */
const exampleChannelOf = (endpoint: string) => `${endpoint}-00000001`;

/** Reports phones that belong to no extension, extensions without an endpoint in Asterisk, and phones that are off. */
export function examinePhones(facts: PbxFacts, config: Config, server: string): Check[] {
  if (facts.endpoints.length === 0)
    return [ok('phones', 'Asterisk lists no endpoints to this user; nothing to compare the configuration with')];
  const directory = new Extensions(config, server);
  const reachable = new Map(facts.endpoints.map(({ channel, isReachable }) => [channel, isReachable]));
  const owned = new Map<string, string[]>();
  for (const { channel } of facts.endpoints) {
    const owner = directory.ofChannel(exampleChannelOf(channel));
    if (owner !== undefined) owned.set(owner.name, [...(owned.get(owner.name) ?? []), channel]);
  }
  const checks = [
    ...unknownPhones(facts, directory),
    ...missingEndpoints(config, server, owned),
    ...[...owned].flatMap(([number, channels]) => unreachable(number, channels, reachable, directory)),
  ];
  const phones = [...owned.values()].flat();
  const registered = phones.every((channel) => reachable.get(channel) !== undefined)
    ? 'and their phones are registered'
    : 'and of none is known that its phone is off';
  return checks.length > 0
    ? checks
    : [ok('phones', `${phones.length} of ${facts.endpoints.length} endpoints are extensions, ${registered}`)];
}

function unknownPhones(facts: PbxFacts, directory: Extensions): Check[] {
  return findPhones(facts).extensions.flatMap(({ number, channels }) => {
    const unmatched = channels.filter((channel) => directory.ofChannel(exampleChannelOf(channel)) === undefined);
    if (unmatched.length === 0) return [];
    const isThere = directory.ofNumber(number) !== undefined;
    return [
      warning(
        'channels',
        `${some(unmatched)} ${isThere ? `is a phone of ${number}, and not under its \`channels\`` : `(${number} by Asterisk) belongs to no extension of the configuration`}: its calls send nothing`,
        isThere
          ? `editor config.yaml     ("${number}": channels: [${unmatched.join(', ')}])`
          : `call-events setup --extensions ${number}`,
      ),
    ];
  });
}

/** Extensions none of whose endpoints Asterisk has: mostly typing errors. */
function missingEndpoints(config: Config, server: string, owned: ReadonlyMap<string, readonly string[]>): Check[] {
  return config.extensions.flatMap(({ key, server: ownServer = server, pattern, channels, rules }) => {
    if (ownServer !== server || pattern !== undefined || channels?.length === 0 || owned.has(key)) return [];
    if (rules === undefined && channels === undefined) return [];
    const named = (channels ?? [`PJSIP/${key}`]).filter(isPhoneChannel);
    if (named.length === 0) return [];
    return [
      warning(
        'endpoints',
        `Asterisk has no endpoint ${some(named)}, which ${key} has by the configuration`,
        "asterisk -rx 'pjsip show endpoints'     (correct `channels` in config.yaml)",
      ),
    ];
  });
}

function unreachable(
  number: string,
  channels: readonly string[],
  reachable: ReadonlyMap<string, boolean | undefined>,
  directory: Extensions,
): Check[] {
  if (directory.rulesOf(number).length === 0 || channels.some((channel) => reachable.get(channel) !== false)) return [];
  const [first = ''] = channels;
  const name = first.slice(first.indexOf('/') + 1);
  const command = first.startsWith('PJSIP/')
    ? `pjsip show endpoint ${name}`
    : first.startsWith('IAX2/')
      ? 'iax2 show peers'
      : `sip show peer ${name}`;
  return [
    warning(
      'registered',
      `no phone of ${number} is registered (${some(channels)}): one that is off is never dialled, so its missed calls send nothing`,
      `asterisk -rx '${command}'     (is the phone on, and does it have the right password?)`,
    ),
  ];
}
