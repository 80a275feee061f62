import { answersOriginate, originate } from './originated.ts';
import { answersAt, fromOutside, hangsUp, type Scenario } from './scenario.ts';

/** Names with signs that AMI escapes. In its From the phone has a backslash before a quote and before a backslash. */
export const CALLER_NAMES: readonly Scenario[] = [
  named('caller-name-with-an-apostrophe', "Sinéad O'Neil"),
  named('caller-name-with-a-question-mark', '50% off? really??'),
  named('caller-name-with-a-backslash', 'a\\b'),
  named('caller-name-with-quotes', 'Say "hi"'),
  {
    name: 'click-to-call-name-with-an-apostrophe',
    async play(w) {
      await originate(w, { CallerID: '"Zoë O\'Neil?" <101>' });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
];

function named(name: string, displayName: string): Scenario {
  return {
    name,
    async play(w) {
      const a = fromOutside(w, '+18005550101', { from: '+31612345678', displayName });
      await hangsUp(a, await answersAt(w, a, w.phone('101')));
    },
  };
}
