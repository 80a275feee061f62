import type { Random } from '../../calls/simulated-storm/random.ts';
import { EXTENSIONS } from '../cast.ts';
import { between, weighted } from './chance.ts';
import { mobile } from './kinds.ts';
import type { Action, ActionName, Mark, Side } from './plan.ts';

/** What stands behind the tag in a caller's name: what a PBX, a URL or a phone might take for something else. */
export const NAMES = [
  '',
  ' Zoë & Co',
  " O'Neil",
  ' Борис',
  ' (x)  y',
  '',
  ' 50% off?',
  '',
  ' <x>;=+',
  ' \u{1F600}',
  '',
  ' a\\b',
  ' "q"',
  '',
  '',
  '',
] as const;

const ACTIONS: readonly (readonly [ActionName, number])[] = [
  ['refer', 22],
  ['consult', 30],
  ['hold', 6],
  ['park', 7],
  ['code-blind', 5],
  ['code-consult', 9],
  ['code-park', 2],
  ['ami-redirect', 6],
  ['ami-redirect-both', 2],
  ['ami-blind', 5],
  ['ami-consult', 5],
  ['ami-hangup', 2],
];

const HANDING_ON: readonly (readonly [ActionName, number])[] = [
  ['refer', 30],
  ['consult', 40],
  ['code-blind', 8],
  ['code-consult', 8],
  ['ami-redirect', 5],
  ['ami-blind', 6],
  ['ami-consult', 3],
];

export const drawAction = (chance: Random, mark: Mark): Action =>
  action(chance, weighted(chance, ACTIONS), chance.pick(['called', 'caller']), mark);

/** Two transfers in a row: the second by the phone that answered the first one. */
export function drawTwice(chance: Random): Action[] {
  const first = action(chance, weighted(chance, HANDING_ON), chance.pick(['called', 'caller']), 'b');
  const second = action(chance, weighted(chance, HANDING_ON), 'target', 'd');
  // The consultation is over before its target acts.
  return [
    { ...first, to: chance.pick(EXTENSIONS) },
    { ...second, afterMs: first.thenMs + between(chance, 200, 1500) },
  ];
}

function action(chance: Random, what: ActionName, side: Side, mark: Mark): Action {
  const to = chance.pick([
    ...EXTENSIONS,
    ...EXTENSIONS,
    ...['601', '602', '603', '610', '611', '613', '620', '621', '664', '690', '691', '555', '*97', '105', '104'],
    mobile(chance),
  ]);
  return {
    side,
    what,
    to,
    afterMs: chance.pick([between(chance, 0, 50), between(chance, 100, 1000), between(chance, 300, 2000)]),
    thenMs:
      what === 'park'
        ? between(chance, 400, 2500)
        : chance.pick([between(chance, 0, 50), between(chance, 100, 1000), between(chance, 300, 2500)]),
    fetchedBy: chance.pick(EXTENSIONS),
    ...(what === 'consult' && {
      consultation: {
        mark,
        name: chance.pick(NAMES),
        how: weighted(chance, [
          ['completed', 60],
          ['blonde', 25],
          ['abandoned', 15],
        ]),
      },
    }),
  };
}
