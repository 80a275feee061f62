import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '../../src/calls/call-event.ts';
import { parseConfig } from '../../src/config/load.ts';
import { unmetCondition } from '../../src/rules/conditions.ts';
import { matchRules } from '../../src/rules/matcher.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';

const MISSED: CallEvent = {
  event: 'hangup',
  leg: { server: '', startup: '', uniqueid: '1700000000.13', extension: '101', flow: 'IN' },
  channel: 'PJSIP/101-00000001',
  params: {
    CallID: '1700000000.12',
    CallerIDNum: '0612345678',
    CalledExtension: '101',
    CalledDID: '+18005550101',
    CallFlow: 'IN',
    CallStatus: 'UNKNOWN',
  },
  details: { queue: 'sales', durationMs: 12_000, variables: { CRM_ID: 'x1' } },
};

function unmet(when: string, event = MISSED, more = '') {
  const config = parseConfig(
    `extensions: {"101": {events: [{on: hangup, url: "http://a/", variables: [CRM_ID], when: {${when}}}]}}\n${more}`,
    'c',
    { require: 'extensions' },
  );
  return unmetCondition(event, config.extensions[0]?.rules?.[0]?.when ?? {}, ruleDefaultsOf(config));
}

describe('a condition', () => {
  it.each([
    'CallStatus: UNKNOWN',
    'CallStatus: [ANSWER, UNKNOWN]',
    'CallerExtension: none',
    'CallerIDNum: any',
    'CalledDID: _+1800X.',
    'CalledDID: ["+4930", _+1800X.]',
    'CallerExtension: ["102", none]',
    'Queue: sales',
    'Duration: 12',
    'CRM_ID: x1',
    'EventType: hangup',
    'from: outside',
    'CallStatus: UNKNOWN, CallFlow: IN, CallerExtension: none, CalledDID: ["+18005550101", _+1800X.], Queue: any',
  ])('%s holds', (when) => {
    expect(unmet(when)).toBeUndefined();
  });

  it.each([
    ['CallStatus: ANSWER', 'CallStatus', 'UNKNOWN'],
    ['CallerIDNum: none', 'CallerIDNum', '0612345678'],
    ['CallerExtension: any', 'CallerExtension', undefined],
    ['CallerExtension: "102"', 'CallerExtension', undefined],
    ['CalledDID: _+1900X.', 'CalledDID', '+18005550101'],
    ['Queue: [support, _sup.]', 'Queue', 'sales'],
    ['Queue: none', 'Queue', 'sales'],
    ['from: inside', 'from', 'outside'],
    ['CallStatus: UNKNOWN, CallFlow: OUT', 'CallFlow', 'IN'],
  ])('%s does not hold', (when, name, actual) => {
    expect(unmet(when)).toMatchObject({ name, actual });
  });

  it('on `from` knows an extension by its number', () => {
    const internal = { ...MISSED, params: { ...MISSED.params, CallerExtension: '102' } };
    expect(unmet('from: inside', internal)).toBeUndefined();
    expect(unmet('from: outside', internal)).toEqual({ name: 'from', wanted: ['outside'], actual: 'inside' });
  });

  it('on a number compares it as it is sent, and on CallFlow whatever the profile is', () => {
    const numbers = 'numbers: [{match: "^0([1-9])", replace: "+31$1"}]\nprofile: voipnow';
    expect(unmet('CallerIDNum: _+31X., CallFlow: IN, CalledNumber: none', MISSED, numbers)).toBeUndefined();
  });
});

it('matchRules names the condition that kept a rule from being used, suspended or not', () => {
  const config = parseConfig(
    'extensions: {"101": {events: [{on: hangup, id: A, url: "http://a", when: {CallStatus: ANSWER}}, {on: hangup, id: B, url: "http://a", when: {CallStatus: UNKNOWN}}]}}',
    'c',
    { require: 'extensions' },
  );
  const rules = config.extensions[0]?.rules ?? [];
  const { unused, ...used } = matchRules(MISSED, rules, ruleDefaultsOf(config), new Set(['A']));
  expect([used.rules.map(({ id }) => id), used.suspended]).toEqual([['B'], []]);
  expect(unused).toMatchObject([
    {
      rule: { id: 'A' },
      reason: 'condition',
      condition: { name: 'CallStatus', wanted: ['ANSWER'], actual: 'UNKNOWN' },
    },
  ]);
});
