import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/config/load.ts';
import { problemsIn } from '../../helpers/config-problems.ts';

const configured = (when: string, on = 'hangup') =>
  `extensions:\n  "101":\n    events:\n      - on: ${on}\n        url: http://a/\n        when: ${when}`;
const AT = 'extensions.101.events[0].when';

describe('when', () => {
  it('takes a value, a list, patterns, any and none, of parameters and the rule’s variables', () => {
    expect(
      problemsIn(
        `${configured('{ CallStatus: UNKNOWN, CallerExtension: none, CalledDID: ["+1800", _+1X.], Queue: any, from: outside, CRM_ID: any }')}\nvariables: [CRM_ID]`,
      ),
    ).toEqual([]);
  });

  it.each([
    ['{ CalStatus: UNKNOWN }', `6:17: ${AT}.CalStatus: is no parameter; did you mean "CallStatus"?`],
    ['{ callstatus: UNKNOWN }', `6:17: ${AT}.callstatus: is no parameter; did you mean "CallStatus"?`],
    ['{ form: outside }', `6:17: ${AT}.form: is no parameter; did you mean "from"?`],
    [
      '{ CRM_ID: any }',
      `6:17: ${AT}.CRM_ID: is no parameter; expected one such as CallStatus, CallerExtension or CalledDID, from, or a channel variable of the rule's "variables"`,
    ],
    [
      '{ CallStatus: UNKNOWM }',
      `6:29: ${AT}.CallStatus: "UNKNOWM": expected one of: CALLING, ANSWER, UNKNOWN; did you mean "UNKNOWN"?`,
    ],
    ['{ CallFlow: in }', `6:27: ${AT}.CallFlow: "in": expected one of: IN, OUT; did you mean "IN"?`],
    ['{ from: any }', `6:23: ${AT}.from: "any": expected one of: outside, inside`],
    ['{ CalledDID: ["1", "_[2"] }', `6:34: ${AT}.CalledDID[1]: "_[2": bad pattern: "[" has no "]"`],
    ['{ CalledDID: [] }', `6:28: ${AT}.CalledDID: expected at least one value`],
    [
      '{ CalledDID: { a: b } }',
      `6:28: ${AT}.CalledDID: expected a value, a list of values, a pattern such as _+1800X., any or none`,
    ],
    [
      '{ CalledDID: }',
      `6:28: ${AT}.CalledDID: is empty; expected a value, a list of values, a pattern such as _+1800X., any or none`,
    ],
    ['UNKNOWN', `6:15: ${AT}: "UNKNOWN": expected parameters with their values, such as { CallStatus: UNKNOWN }`],
  ])('%s is a mistake', (when, said) => {
    expect(problemsIn(configured(when))).toEqual([said]);
  });

  it.each([
    ['dial-in', 'CallStatus: UNKNOWN', 'is never true: on dial-in CallStatus is CALLING'],
    ['hangup', 'CallStatus: [CALLING, none]', 'is never true: on hangup CallStatus is ANSWER or UNKNOWN'],
    ['missed', 'CallStatus: ANSWER', 'is never true: on missed CallStatus is UNKNOWN'],
  ])('hints at what is never true on %s', (on, when, said) => {
    const { hints } = parseConfig(configured(`{ ${when} }`, on), 'c', { require: 'extensions' });
    expect(hints.map(({ message }) => message)).toEqual([said]);
  });

  it('is found by the words that people use for it', () => {
    expect(problemsIn(configured('{}').replace('when:', 'if:'))).toEqual([
      '6:9: extensions.101.events[0].if: unknown key; did you mean "when"?',
    ]);
  });
});
