import { describe, expect, it } from '@jest/globals';
import { Extensions } from '../../../src/config/directory/extensions.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { deliveryOf } from '../../../src/delivery/delivery.ts';
import type { CallEventName } from '../../../src/event-and-parameter-names.ts';
import { matchRules } from '../../../src/rules/matcher.ts';
import { requestOf } from '../../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../../src/rules/rule-defaults.ts';
import { ServiceEvents } from '../../../src/service/service-events.ts';
import { sampleEvent } from '../../../src/views/sample-event.ts';
import { Stories } from '../../../src/web/activity/stories.ts';

const config = parseConfig(
  `extensions:
  "101": { events: [{ on: dial-in, id: R1, url: "http://crm/" }, { on: hangup, id: R2, url: "http://crm/" }] }
  "102": { events: [{ on: dial-in, id: R3, url: "http://crm/", when: { from: inside } }, { on: dial-in, id: R4, url: "http://crm/", status: disabled }] }
  "104": {}
`,
  'config.yaml',
  { require: 'extensions' },
);
const extensions = new Extensions(config);
const defaults = ruleDefaultsOf(config);

function startStories(limits?: ConstructorParameters<typeof Stories>[0]) {
  let now = 1_000_000;
  const stories = new Stories(limits, () => now);
  const events = new ServiceEvents((error) => {
    throw error;
  });
  const end = stories.follow(events);
  const happen = (callId: string, name: CallEventName, extension: string, suspended: string[] = []) => {
    now += 1000;
    const sample = sampleEvent({ event: name, extension, at: now });
    const event = { ...sample, params: { ...sample.params, CallID: callId } };
    const matched = matchRules(event, extensions.rulesOf(extension), defaults, new Set(suspended));
    const deliveries = [...matched.rules, ...matched.suspended].map((rule) =>
      deliveryOf(requestOf(event, rule, defaults), now),
    );
    events.emit('rulesMatched', { server: '', event, matched, deliveries, extensions });
    return deliveries;
  };
  return { stories, events, happen, end, pass: (ms: number) => (now += ms) };
}

describe('the story of a call', () => {
  it('says what happened to whom, what was sent with its result, and what was not and why', () => {
    const { stories, events, happen } = startStories();
    const [sent] = happen('1.1', 'dial-in', '101');
    happen('1.1', 'dial-in', '102');
    happen('1.1', 'dial-in', '104');
    events.emit('skipped', {
      server: '',
      skipped: { expected: 'dial-in', reason: 'no extension', channel: 'PJSIP/desk7-00000001', callId: '1.1' },
    });
    if (sent === undefined) throw new Error('nothing was sent');
    const report = { delivery: sent, attempt: 1, sent: true, durationMs: 12, nextAttemptAt: undefined };
    events.emit('attempt', { ...report, status: 503, outcome: 'retry', reason: 'HTTP 503' });
    events.emit('attempt', { ...report, attempt: 2, status: 200, outcome: 'delivered', reason: undefined });
    expect(stories.find('1.1')[0]).toMatchObject({
      call: '+31612345678 → 101',
      answered: false,
      open: 3,
      entries: [
        {
          extension: '101',
          event: 'dial-in',
          what: ['Dial-In: 101 is called by +31612345678', expect.stringContaining('PJSIP/101-00000000')],
          sent: [{ deliveryId: sent.id, ruleId: 'R1', result: { outcome: 'delivered', attempt: 2, status: 200 } }],
          unsent: [],
        },
        {
          extension: '102',
          sent: [],
          unsent: ['rule R3 has a condition: the call comes from outside, not inside', 'rule R4 is disabled'],
        },
        {
          extension: '104',
          unsent: ['104 has no events in the configuration, and no pattern gives it any'],
        },
        {
          extension: undefined,
          isSkipped: true,
          what: [expect.stringContaining('no extension has the channel PJSIP/desk7')],
        },
      ],
    });
    expect(stories.find('2.2')[0]).toBeUndefined();
  });

  it('shows what a suspended rule does not send', () => {
    const { stories, events, happen } = startStories();
    const [dead] = happen('1.1', 'dial-in', '101', ['R1']);
    if (dead === undefined) throw new Error('nothing was made');
    events.emit('deadLetter', { ...dead, dead: 'its rule is suspended' });
    expect(stories.find('1.1')[0]?.entries).toMatchObject([
      { sent: [{ result: { outcome: 'dead', attempt: 0, reason: 'its rule is suspended' } }], unsent: [] },
    ]);
  });

  it('is over when its legs are, and hears no more after the end', () => {
    const { stories, happen, end } = startStories();
    happen('1.1', 'dial-in', '101');
    happen('1.1', 'hangup', '101');
    expect(stories.find('1.1')[0]).toMatchObject({ answered: true, open: 0 });
    end();
    happen('1.1', 'dial-in', '101');
    expect(stories.find('1.1')[0]?.entries).toHaveLength(2);
  });
});

describe('stories are kept', () => {
  const limits = { keepMs: 86_400_000, calls: 3, bytes: 1_000_000 };
  const ids = (stories: Stories) => [...stories.latest()].map(({ callId }) => callId);

  it('for so many calls, the last heard of first; what is forgotten is counted', () => {
    const { stories, happen } = startStories(limits);
    for (const id of ['1', '2', '3']) happen(id, 'dial-in', '101');
    happen('1', 'hangup', '101');
    expect(ids(stories)).toEqual(['1', '3', '2']);
    expect(stories.forgotten).toBeUndefined();
    happen('4', 'dial-in', '101');
    expect(ids(stories)).toEqual(['4', '1', '3']);
    expect(stories.forgotten).toEqual({ calls: 1, until: 1_002_000 });
  });

  it('for so long', () => {
    const { stories, happen, pass } = startStories(limits);
    happen('1', 'dial-in', '101');
    pass(86_400_001);
    expect(stories.find('1')[0]).toBeUndefined();
    expect(stories.size).toEqual({ calls: 0, bytes: 0 });
  });

  it('as long as there is room, and a call that never ends takes not all of it', () => {
    const { stories, happen } = startStories({ ...limits, calls: 1000, bytes: 20_000 });
    for (let call = 0; call < 100; call++) happen(`${call}`, 'dial-in', '101');
    expect(stories.size.calls).toBeGreaterThan(5);
    expect(stories.size.calls).toBeLessThan(40);
    expect(stories.size.bytes).toBeLessThanOrEqual(20_000);
    const endless = startStories({ ...limits, bytes: 10_000_000 });
    for (let event = 0; event < 600; event++) endless.happen('1', 'dial-in', '101');
    expect(endless.stories.find('1')[0]).toMatchObject({ leftOut: 100 });
  });
});
