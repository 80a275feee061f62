import type { Verdict } from './oracle/judge.ts';
import type { Wrong } from './oracle/tally.ts';
import type { Settings } from './settings.ts';

/** So many examples of each kind are shown. */
const EXAMPLES = 3;

/** What a run has shown, as lines for a person. */
export function report({ seed, calls, version }: Settings, { legs, tally }: Verdict, directory: string): string[] {
  const { wrong, compared, unjudged } = tally;
  const right = compared - wrong.length;
  const kinds = [...Map.groupBy(wrong, ({ kind }) => kind)].sort(([, one], [, other]) => other.length - one.length);
  const unclear = [...unjudged].map(([what, count]) => `${what} ${count}`);
  return [
    `seed ${seed}, ${calls} calls on Asterisk ${version}: ${legs} legs, ${compared} values compared, ${right} right, ${wrong.length} wrong`,
    ...(unclear.length > 0 ? [`not judged, for the phones cannot say: ${unclear.join(', ')}`] : []),
    ...kinds.flatMap(([kind, all]) => [
      `${String(all.length).padStart(6)}  ${kind}`,
      ...all.slice(0, EXAMPLES).map((one) => `          ${example(one)}`),
    ]),
    ...(wrong.length > 0 ? [`one call in full: npm run test:random -- look ${directory} CALL`] : []),
  ];
}

function example({ plan, leg, text }: Wrong): string {
  const where = [plan === undefined ? [] : [`call ${plan}`], leg === undefined ? [] : [`leg ${leg}`]].flat().join(', ');
  return `${where === '' ? '' : `${where}: `}${text.slice(0, 300)}`;
}
