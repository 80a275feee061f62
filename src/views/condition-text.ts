import type { UnmetCondition } from '../rules/conditions.ts';

/** `CallStatus is ANSWER, not UNKNOWN`: which condition of a rule kept a request back, and why. */
export function describeUnmet({ name, wanted, actual }: UnmetCondition): string {
  const is = name === 'from' ? `the call comes from ${actual}` : `${name} is ${actual ?? 'not known'}`;
  const [only = '', ...more] = wanted;
  if (more.length > 0) return `${is}, none of ${wanted.join(', ')}`;
  return only === 'any' ? is : `${is}, not ${only}`;
}
