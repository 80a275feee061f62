import type { z } from 'zod';

const EXPECTED_MAP = 'expected keys with values, "key: value"';

/** The expected value in the words of config.yaml, for an issue that the schema has no words for. */
export function expectationOf(issue: z.core.$ZodIssue): string {
  if (!issue.message.startsWith('Invalid input') && !issue.message.startsWith('Too ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'object' || issue.expected === 'record') return EXPECTED_MAP;
      if (issue.expected === 'array') return 'expected a list, such as [one, two]';
      return issue.expected === 'string' ? 'expected a text' : `expected ${issue.expected}`;
    case 'too_small':
      return 'expected at least one';
    case 'invalid_union':
      return 'expected true, false, or keys with values';
    default:
      return issue.message;
  }
}
