import type { Directory, Extension } from '../../../src/config/directory/directory.ts';
import { directoryOf } from '../../helpers/directory.ts';
import { LINE } from '../../helpers/expected-groups.ts';
import type { Random } from './random.ts';

/** A phone, or a trunk towards the world outside. */
export interface Line {
  /** `PJSIP/101`. */
  endpoint: string;
  /** Its caller id; `<unknown>` as Asterisk shows none. */
  number: string;
  name: string;
  /** Absent for a trunk and for a phone that is not configured. */
  extension?: Extension;
}

const NAMES = ['Alice', 'Борис', 'Carol 😀', '<unknown>', "D. O'Hara & Söhne", '"quoted"', '', 'x=y&z'];

/** Extensions with one phone, some with two, one of VoipNow's, and one whose endpoint resembles nothing. */
const EXTENSIONS: Record<string, { channels: string[]; did?: string }> = {
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => {
      const name = String(101 + index);
      const channels = index % 4 === 3 ? [`PJSIP/${name}`, `SIP/${name}-desk`] : [`PJSIP/${name}`];
      return [name, { channels, ...(index % 3 !== 0 && { did: `+1800555${name}` }) }];
    }),
  ),
  '0003*001': { channels: ['PJSIP/vn0003001'], did: '+18005559001' },
  '201': { channels: ['SIP/150010001', 'IAX2/150010001'] },
};

/** Everybody who calls in from outside is on the line. */
export const ON_LINE: Extension = { name: LINE };
export const DIRECTORY: Directory = {
  ...directoryOf(EXTENSIONS),
  hasLines: true,
  ofLine: (number) => (number.startsWith('+1800555') ? ON_LINE : undefined),
};

/** The phones of each extension. */
export const PHONES: readonly Line[][] = Object.entries(EXTENSIONS).map(([number, { channels }], index) =>
  channels.map((endpoint) => ({
    endpoint,
    number,
    name: NAMES[index % NAMES.length] ?? '',
    extension: DIRECTORY.ofNumber(number) as Extension,
  })),
);

/** The first phone of each extension. */
export const DESKS: readonly Line[] = PHONES.map(([phone]) => phone as Line);

/** A phone in the building that nobody has configured. */
export const STRANGER: Line = { endpoint: 'PJSIP/900', number: '900', name: 'Lobby' };

/** Somebody outside, who calls or is called through the trunk. */
export function outsider(random: Random): Line {
  const number = random.pick(['+31612345678', '+4930123456', 'anonymous', '<unknown>', '0612345678']);
  return { endpoint: 'PJSIP/trunk', number, name: random.pick(['Zoë & Co', '<unknown>', 'Restricted']) };
}

/** The number on which a call comes in from outside. */
export function did(random: Random): string {
  return `+1800555${random.below(900) + 100}`;
}
