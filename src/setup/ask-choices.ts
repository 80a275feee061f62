import { CALL_EVENT_NAMES, type CallEventName, parseCallEventName } from '../event-and-parameter-names.ts';
import { hashPassword } from '../password-hash.ts';
import { type FoundExtension, type FoundPhones, isDefaultChannel } from '../pbx/phones.ts';
import { type Prompts, SetupRefused, Unanswered } from './prompts.ts';

/** An extension that is to send requests. */
export interface ChosenExtension {
  number: string;
  name: string | undefined;
  /** Absent: its default channels. */
  channels: readonly string[] | undefined;
}

/** The events in an administrator's words. */
const WORDS: Record<string, string> = {
  missed: 'missed calls',
  hangup: 'all hangups',
  'dial-in': 'screen pops',
};

const SYNONYMS: Record<string, string> = {
  'missed calls': 'missed',
  hangups: 'hangup',
  'all hangups': 'hangup',
  'screen pop': 'dial-in',
  'screen pops': 'dial-in',
};

/** The events that setup asks about, the usual one first. */
const OFFERED = ['missed', 'hangup', 'dial-in'].filter((name) => parseCallEventName(name) !== undefined);

/** @param given `--extensions` @throws {SetupRefused} */
export async function chooseExtensions(
  found: FoundPhones | undefined,
  given: string | undefined,
  prompts: Prompts,
): Promise<ChosenExtension[]> {
  const all = found?.extensions ?? [];
  if (given === undefined && all.length === 0 && !prompts.isAnswered)
    throw new SetupRefused('No phones were found. Name the extensions: --extensions 101,102');
  if (given === undefined && found !== undefined) prompts.say(tableOf(found));
  const wanted =
    given ??
    (all.length === 0
      ? await prompts.ask('Which extensions? (101,102)')
      : await prompts.ask('Which extensions? "all", or some: 101,102', 'all'));
  if (/^all$/i.test(wanted.trim())) {
    if (all.length === 0) throw new SetupRefused('No phones were found. Name the extensions: --extensions 101,102');
    return all.map(chosen);
  }
  const numbers = [...new Set(wanted.split(/[\s,]+/).filter((one) => one !== ''))];
  return numbers.map((word) => {
    const { number, channels } = namedExtension(word);
    if (channels !== undefined) return chosen({ number, name: undefined, channels });
    const known = all.find((one) => one.number === number);
    if (known === undefined && found !== undefined)
      prompts.say(
        `Asterisk has no endpoint of ${number} that setup can recognise; its channels are taken to be PJSIP/${number} and the like. ` +
          `If its phone has another name: --extensions ${number}=PJSIP/NAME\n`,
      );
    return known === undefined ? { number, name: undefined, channels: undefined } : chosen(known);
  });
}

/** `101`, or with its endpoints `101=PJSIP/desk.101&PJSIP/101-mobile`. @throws {SetupRefused} */
function namedExtension(word: string): { number: string; channels: string[] | undefined } {
  const [, number, endpoints] = /^([A-Za-z0-9*#_.+-]+)(?:=(.+))?$/.exec(word) ?? [];
  const channels = endpoints?.split('&');
  if (number === undefined || channels?.some((one) => !/^[A-Za-z0-9]+\/[^/]+$/.test(one)) === true)
    throw new SetupRefused(`${word} is no extension. Expected some such as 101,102, or 101=PJSIP/desk-101`);
  return { number, channels };
}

function chosen({ number, name, channels }: FoundExtension): ChosenExtension {
  return { number, name, channels: channels.every((one) => isDefaultChannel(one, number)) ? undefined : channels };
}

function tableOf({ extensions, others }: FoundPhones): string {
  const lines = extensions.map(
    ({ number, name, channels }) =>
      `  ${number.padEnd(6)} ${channels.join(', ')}${name === undefined ? '' : `  ${name}`}\n`,
  );
  const rest =
    others.length === 0
      ? ''
      : `Not counted as phones (trunks, or nothing says whose they are): ${others.map(({ channel }) => channel).join(', ')}\n`;
  return `Extensions that Asterisk has:\n${lines.join('')}${rest}`;
}

/** @param given `--on` @throws {SetupRefused} */
export async function chooseEvent(given: string | undefined, prompts: Prompts): Promise<CallEventName> {
  const offered = OFFERED.map((name) => `${name} (${WORDS[name]})`).join(', ');
  const answer = given ?? (await prompts.ask(`Send a request for which event? ${offered}`, OFFERED[0]));
  const words = answer.trim().toLowerCase();
  const name = parseCallEventName(SYNONYMS[words] ?? words);
  if (name === undefined)
    throw new SetupRefused(`${answer} is no call event; expected one of: ${CALL_EVENT_NAMES.join(', ')}`);
  return name;
}

/** @param given `--url` @throws {SetupRefused} */
export async function chooseUrl(given: string | undefined, prompts: Prompts): Promise<string> {
  if (given === undefined && !prompts.isAnswered)
    throw new SetupRefused('Where do the requests go? Name it: --url https://crm.example.com/hook');
  const url = (given ?? (await prompts.ask('Where do the requests go? (https://crm.example.com/hook)'))).trim();
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new SetupRefused(`"${url}" is no URL of a receiver; expected one such as https://crm.example.com/hook`);
  return url;
}

/** @returns the hash of a password for the page; absent: there is to be no page, or nobody to ask */
export async function choosePassword({ askHidden, say }: Prompts): Promise<string | undefined> {
  if (askHidden === undefined) return undefined;
  say('The page shows calls and deliveries in a browser, on this machine alone (http://127.0.0.1:9466/).\n');
  const password = await askHidden('A password for it (nothing: no page): ');
  if (password === undefined) throw new Unanswered('stopped; what was written is whole, and setup goes on from there');
  if (password === '') return undefined;
  if ((await askHidden('The same again: ')) !== password)
    throw new SetupRefused('These are two passwords. Run setup again; what was written so far stays');
  return hashPassword(password);
}
