import type { Random } from '../../calls/simulated-storm/random.ts';
import { EXTENSIONS } from '../cast.ts';
import type { Kind } from './plan.ts';

/** How often each kind of call comes. */
export const WEIGHTS: readonly (readonly [Kind, number])[] = [
  ['extension', 22],
  ['ring-group', 9],
  ['local-group', 8],
  ['hunt-group', 3],
  ['queue', 9],
  ['queues', 3],
  ['agents', 3],
  ['agent-login', 2],
  ['ivr', 5],
  ['application', 2],
  ['with-mobile', 5],
  ['acceptance', 6],
  ['follow-me', 1],
  ['subroutine', 4],
  ['intercom', 2],
  ['out', 7],
  ['trunk-to-trunk', 1],
  ['conference', 2],
  ['unknown-number', 1],
  ['feature-code', 3],
  ['twice-transferred', 6],
  ['click-to-call', 7],
  ['click-to-call-local', 4],
  ['click-to-call-file', 2],
  ['click-to-application', 1],
];

/** A number beyond the trunk. */
export const mobile = (chance: Random): string => `91555${1000 + chance.below(9000)}`;

const DIALLED: Record<Kind, (chance: Random, others: readonly string[]) => string> = {
  extension: (chance, others) => chance.pick(others),
  'ring-group': () => '601',
  'local-group': (chance) => chance.pick(['602', '603']),
  'hunt-group': () => '604',
  queue: (chance) => chance.pick(['610', '611', '612']),
  queues: (chance) => chance.pick(['615', '616']),
  agents: () => '613',
  'agent-login': () => '614',
  ivr: (chance, others) => `62${lastDigit(chance.pick(others))}`,
  application: () => '620',
  'with-mobile': (chance, others) => `63${lastDigit(chance.pick(others))}`,
  acceptance: (chance, others) => `${chance.pick(['64', '65', '67'])}${lastDigit(chance.pick(others))}`,
  'follow-me': () => '605',
  subroutine: (chance, others) => `66${lastDigit(chance.pick(others))}`,
  intercom: (chance, others) => `*80${chance.pick(others)}`,
  out: mobile,
  'trunk-to-trunk': () => '780',
  conference: (chance) => chance.pick(['690', '691']),
  'unknown-number': () => '555',
  // Voicemail; into and out of the queue 613, as a phone or by a Local channel; into the agents' pool of 614.
  'feature-code': (chance) => chance.pick(['*97', '*45', '*45', '*46', '*47', '*481', '*482']),
  'twice-transferred': (chance, others) => chance.pick([...others, ...others, '601', '603', '610']),
  'click-to-call': (chance, others) =>
    chance.pick([...others, '601', '603', '610', '621', '620', '647', '663', mobile(chance)]),
  'click-to-call-local': (chance, others) =>
    chance.pick([...others, '601', '602', '610', '620', '664', mobile(chance)]),
  'click-to-call-file': (chance, others) => chance.pick([...others, '601', '610', '620', '665', mobile(chance)]),
  'click-to-application': () => '',
};

/** What a call of this kind dials. @param caller an extension that is not called itself */
export const numberFor = (kind: Kind, caller: string | undefined, chance: Random): string =>
  DIALLED[kind](
    chance,
    EXTENSIONS.filter((extension) => extension !== caller),
  );

/** The phones that a number asks to accept the call by a digit. */
export function askedBy(number: string): string[] {
  const [, way = '', digit = ''] = /(?:^|\D|5550)6([457])([1-8])$/.exec(number) ?? [];
  if (way === '') return [];
  if (way === '7') return ['trunk'];
  return digit === '3' ? ['103', '103b'] : [`10${digit}`];
}

export const isOriginated = (kind: Kind): boolean => kind.startsWith('click-to-');

const lastDigit = (extension: string): string => extension.slice(-1);
