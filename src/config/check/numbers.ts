import { RE2JS } from 're2js';
import type { RawConfig } from '../schema/schema.ts';
import type { CheckContext } from './check-context.ts';

/** The expressions that rewrite numbers, and what stands for their groups. */
export function checkNumbers(numbers: RawConfig['numbers'], { fail }: CheckContext): void {
  numbers.forEach(({ match, replace }, index) => {
    const wrong = wrongWithReplacement(replace);
    if (wrong !== undefined) fail(['numbers', index, 'replace'], wrong);
    if (/^\/.*\/[a-z]*$/.test(match)) {
      fail(['numbers', index, 'match'], `"${match}": expected the expression without slashes around it`);
      return;
    }
    try {
      const groups = RE2JS.compile(match).groupCount();
      const missing = [...replace.matchAll(/\$([1-9])/g)].find(([, group]) => Number(group) > groups);
      if (missing !== undefined)
        fail(['numbers', index, 'replace'], `${missing[0]} stands for a group (…) that "${match}" does not have`);
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
      fail(['numbers', index, 'match'], `"${match}" is no regular expression (RE2): ${reason}`);
    }
  });
}

function wrongWithReplacement(replace: string): string | undefined {
  const [wrong, group] = /\\(\d)|\$\{?(\d|\w+)\}|\$0/.exec(replace) ?? [];
  if (wrong === undefined) return undefined;
  return wrong === '$0'
    ? '$0 is not known; put (…) around the whole of match and write $1'
    : `"${wrong}": a group is written $${/^\d$/.test(group ?? '') ? group : '1'}`;
}
