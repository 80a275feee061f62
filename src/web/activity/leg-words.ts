import type { OpenLeg } from '../../service/service-state.ts';

/** The other party of a leg, and the number that was dialled. */
export function partiesOf({ params }: Pick<OpenLeg, 'params'>): { with: string; number: string | undefined } {
  const { CallFlow, CallerExtension, CallerIDNum, CallerIDNam, CalledExtension, CalledNumber } = params;
  const other =
    CallFlow === 'IN'
      ? [CallerExtension ?? CallerIDNum ?? 'a hidden number', ...(CallerIDNam === undefined ? [] : [CallerIDNam])]
      : [CalledExtension ?? CalledNumber ?? 'a number that is not known'];
  return { with: other.join(' '), number: CalledNumber };
}
