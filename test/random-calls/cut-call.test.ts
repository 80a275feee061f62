import { expect, it } from '@jest/globals';
import { cutCall } from './cut-call.ts';

const event = (name: string, headers: Record<string, string>) =>
  [`Event: ${name}`, ...Object.entries(headers).map(([key, value]) => `${key}: ${value}`), '', ''].join('\r\n');

it('cuts one call out of a log: all events of the channels that have to do with it, without noise', () => {
  const own = [
    event('Newchannel', { CallerIDName: 'C0012', Uniqueid: '1.1', Linkedid: '1.1' }),
    event('DialBegin', { Uniqueid: '1.1', Linkedid: '1.1', DestUniqueid: '1.2', DestLinkedid: '1.1' }),
    event('Hangup', { CallerIDName: 'Alice', Uniqueid: '1.2', Linkedid: '1.1' }),
    // A consultation of the called phone, which shows neither tag nor Linkedid of the call.
    event('BridgeEnter', { BridgeUniqueid: 'abc', Uniqueid: '1.2', Linkedid: '1.9' }),
  ];
  const others = [
    event('VarSet', { CallerIDName: 'C0012', Uniqueid: '1.1', Linkedid: '1.1' }),
    event('Newchannel', { CallerIDName: 'C0013', Uniqueid: '1.3', Linkedid: '1.3' }),
    event('BridgeEnter', { BridgeUniqueid: '1.1', Uniqueid: '1.3', Linkedid: '1.3' }),
  ];
  const log = [own[0], others[0], own[1], others[1], own[2], others[2], own[3]].join('');
  expect(cutCall(log, ['C0012'])).toBe(own.join(''));
});
