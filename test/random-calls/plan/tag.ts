import type { Mark, Tag } from './plan.ts';

/**
 * Which call a phone is in, by the name or number that it shows, or by who has referred it; absent where nothing says
 * so. `itself`: whether name or number of the caller say so, rather than the one who transfers.
 */
export function tagShown(name: string, number: string, referredBy = ''): { tag: Tag; itself: boolean } | undefined {
  const [, plan = '', mark = ''] =
    /^C(\d{4})([bdpf]?)/.exec(name) ??
    /^\+?1415555(\d{4})$/.exec(number) ??
    /<sip:C(\d{4})([bdpf]?)@/.exec(referredBy) ??
    [];
  if (plan === '') return undefined;
  const itself = /^C\d{4}/.test(name) || /^\+?1415555\d{4}$/.test(number);
  return { tag: { plan: Number(plan), mark: mark as Mark }, itself };
}
