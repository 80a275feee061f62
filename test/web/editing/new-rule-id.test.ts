import { expect, it } from '@jest/globals';
import { newRuleId } from '../../../src/web/editing/new-rule-id.ts';

it('makes no Event ID that YAML would take for a number', () => {
  const drawn = ['52454983', '1234e567', '5245498b'].map((id) => Buffer.from(id, 'hex'));
  expect(newRuleId(() => drawn.shift() ?? Buffer.alloc(4))).toBe('5245498b');
});
