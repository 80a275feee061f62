import { describe, expect, it } from '@jest/globals';
import { replayBytes } from '../../src/ami/replay.ts';
import { parseConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/log.ts';
import { type ActiveServer, buildActiveConfig } from '../../src/service/active-config.ts';
import { Intake } from '../../src/service/intake.ts';
import { ServiceEvents } from '../../src/service/service-events.ts';
import { SuspendedRules } from '../../src/service/suspended-rules.ts';
import { fixtureText } from '../helpers/fixture-log.ts';

const CONFIG = `asterisk: { username: u, secret: geheim }
extensions:
  "101": { events: [{ on: dial-out, id: out, url: "http://crm.example.com/" }] }
  "102": { events: [{ on: dial-in, id: in, url: "http://crm.example.com/" }, { on: hangup, id: end, url: "http://crm.example.com/" }] }
`;

function intake() {
  const active = buildActiveConfig(parseConfig(CONFIG, 'config.yaml'), CONFIG).servers.get('') as ActiveServer;
  const suspended = new SuspendedRules();
  const received: string[] = [];
  const events = new ServiceEvents((error) => {
    throw error;
  });
  events.on('callEvent', ({ server, event }) => received.push(`${server}: ${event.event} of ${event.leg.extension}`));
  const log = createLog('info', 'json', [], () => undefined);
  const one = new Intake({ server: 'east', active, suspended, events, log });
  const play = (text: string) => {
    for (const event of replayBytes(text)) one.apply(event);
  };
  return { one, suspended, received, play };
}

const ANSWERED = fixtureText('direct-answered');
const UNTIL_HANGUP = ANSWERED.slice(0, ANSWERED.indexOf('Event: Hangup'));

describe('what comes in from one Asterisk', () => {
  it('gives its call events under its name, and what is to be stored once', () => {
    const { one, received, play } = intake();
    play(ANSWERED);
    expect(received).toContain('east: dial-out of 101');
    expect(received).toContain('east: dial-in of 102');
    const change = one.takeChange();
    expect(change?.deliveries.map(({ ruleId, dead }) => [ruleId, dead]).sort()).toEqual([
      ['end', undefined],
      ['in', undefined],
      ['out', undefined],
    ]);
    expect(one.takeChange()).toBeUndefined();
  });

  it('is a dead letter from the beginning for a rule that is suspended, until it is not', () => {
    const { one, suspended, play } = intake();
    suspended.add('in');
    play(UNTIL_HANGUP);
    expect(one.takeChange()?.deliveries.find(({ ruleId }) => ruleId === 'in')?.dead).toBe('its rule is suspended');
    suspended.replace(['end']);
    expect([...suspended.ids]).toEqual(['end']);
    play(fixtureText('direct-busy'));
    const byRule = new Map(one.takeChange()?.deliveries.map(({ ruleId, dead }) => [ruleId, dead]));
    expect([byRule.get('in'), byRule.get('end')]).toEqual([undefined, 'its rule is suspended']);
  });

  it('shows its open legs as they are now, as copies', () => {
    const { one, play } = intake();
    play(UNTIL_HANGUP);
    const legs = one.openLegs();
    expect(legs).toMatchObject([
      { server: 'east', extension: '101', params: { CallFlow: 'OUT', CalledNumber: '102' } },
      { server: 'east', extension: '102', params: { CallFlow: 'IN' }, answered: true },
    ]);
    expect(legs.map(({ channels }) => channels.map((name) => name.replace(/-.*/, '')))).toEqual([
      ['PJSIP/101'],
      ['PJSIP/102'],
    ]);
    for (const { openedAt, answeredAt } of legs) expect(answeredAt).toBeGreaterThanOrEqual(openedAt ?? Infinity);
    for (const { params } of legs) params.CallID = 'changed';
    expect(one.openLegs().map(({ params }) => params.CallID)).not.toContain('changed');
    play(ANSWERED.slice(UNTIL_HANGUP.length));
    expect(one.openLegs()).toEqual([]);
    expect(legs).toHaveLength(2);
  });
});
