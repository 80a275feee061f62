import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { USED_EVENTS } from '../../src/ami/decode/dialect.ts';
import { eventFilter } from '../../src/ami/event-filter.ts';
import { replayBytes } from '../../src/ami/replay.ts';
import { RESYNC_EVENTS } from '../../src/ami/session/resync.ts';
import { fixtures } from '../helpers/expected.ts';
import { posixExpression } from '../helpers/fake-asterisk.ts';

const block = (event: string, more = '') => `Event: ${event}\r\nPrivilege: call,all\r\n${more}\r\n`;
const variable = (name: string) => block('VarSet', `Channel: PJSIP/101-00000001\r\nVariable: ${name}\r\nValue: x\r\n`);

describe('the filter for Asterisk', () => {
  it('lets through what is used, and nothing else', () => {
    const filter = posixExpression(eventFilter([]));
    for (const name of [...USED_EVENTS, ...RESYNC_EVENTS])
      expect([name, filter.test(block(name))]).toEqual([name, name !== 'VarSet']);
    for (const name of ['PeerStatus', 'RTCPSent', 'DialState', 'Dialled', 'BridgeCreate', 'UserEvent'])
      expect([name, filter.test(block(name, 'Text: Event: Hangup\r\n'))]).toEqual([name, false]);
  });

  it('lets through the variables that are read, inherited ones too', () => {
    const filter = posixExpression(eventFilter(['CRM_ID', 'FROM_DID']));
    expect(['CRM_ID', '_CRM_ID', '__FROM_DID'].map((name) => filter.test(variable(name)))).toEqual([true, true, true]);
    expect(['CRM_IDX', 'SIPURI', 'XCRM_ID'].map((name) => filter.test(variable(name)))).toEqual([false, false, false]);
    expect(filter.test(block('Hangup'))).toBe(true);
    expect(filter.test(block('DialState'))).toBe(false);
  });

  it('looks at no names of variables that an expression would take for its own, or that are too many', () => {
    const many = Array.from({ length: 60 }, (_, index) => `A_RATHER_LONG_NAME_${index}`);
    for (const variables of [['A(B'], many]) {
      const text = eventFilter(variables);
      expect(text.length).toBeLessThan(1000);
      expect(posixExpression(text).test(variable('ANYTHING'))).toBe(true);
      expect(posixExpression(text).test(block('DialState'))).toBe(false);
    }
  });

  it('leaves all recordings as they are for the service', () => {
    const filter = posixExpression(eventFilter(['FROM_DID']));
    let left = 0;
    for (const { log } of fixtures()) {
      const blocks = readFileSync(log, 'utf8')
        .split('\r\n\r\n')
        .map((text) => `${text}\r\n\r\n`);
      const kept = blocks.filter((text) => filter.test(text.replace(/^\s+/, '')));
      left += blocks.length - kept.length;
      const used = [...replayBytes(blocks.join(''))].filter(
        (event) => event.event !== 'VarSet' || /^_*FROM_DID$/.test(event.variable),
      );
      expect([...replayBytes(kept.join(''))]).toEqual(used);
    }
    expect(left).toBeGreaterThan(1000);
  });
});
