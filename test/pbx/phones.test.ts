import { expect, it } from '@jest/globals';
import { findPhones, type PbxFacts } from '../../src/pbx/phones.ts';

const facts = (
  channels: readonly string[],
  database: Record<string, string> = {},
  hints: PbxFacts['hints'] = [],
  callerIds: Record<string, string> = {},
) => ({
  endpoints: channels.map((channel) => ({ channel, isReachable: true })),
  database: new Map(Object.entries(database)),
  hints,
  callerIds: new Map(Object.entries(callerIds)),
});

const shown = (given: PbxFacts) => findPhones(given).extensions.map(({ number, channels }) => [number, ...channels]);

it('takes an endpoint whose name is a number for the extension', () => {
  expect(shown(facts(['PJSIP/101', 'SIP/9', 'SIP/102', 'PJSIP/31612345678', 'PJSIP/trunk']))).toEqual([
    ['101', 'PJSIP/101'],
    ['102', 'SIP/102'],
  ]);
});

it('takes the extension whose only hint an endpoint is', () => {
  const hints = [
    { extension: '103', devices: ['PJSIP/lena', 'Custom:DND103'] },
    { extension: '*7103', devices: ['PJSIP/lena'] },
    { extension: '104', devices: ['PJSIP/hall'] },
    { extension: '105', devices: ['PJSIP/hall'] },
  ];
  expect(shown(facts(['PJSIP/lena', 'PJSIP/hall'], {}, hints))).toEqual([['103', 'PJSIP/lena']]);
});

it('goes by the devices of FreePBX alone where there are any', () => {
  const database = {
    '/DEVICE/101/dial': 'PJSIP/101',
    '/DEVICE/101/user': '101',
    '/DEVICE/99101/dial': 'PJSIP/99101',
    '/DEVICE/99101/user': '101',
    '/DEVICE/7/dial': 'Local/7@x',
    '/DEVICE/7/user': '107',
    '/DEVICE/spare/dial': 'PJSIP/spare',
    '/DEVICE/spare/user': 'none',
    '/DEVICE/desk/dial': 'SIP/desk',
    '/AMPUSER/102/device': 'desk&101',
  };
  expect(shown(facts(['PJSIP/101', 'PJSIP/99101', 'PJSIP/2001', 'PJSIP/spare', 'SIP/desk'], database))).toEqual([
    ['101', 'PJSIP/101', 'PJSIP/99101'],
    ['102', 'SIP/desk'],
  ]);
});

it('takes the number of the caller id where neither name nor hint says whose an endpoint is', () => {
  const hints = [{ extension: '103', devices: ['PJSIP/jane.doe'] }];
  const callerIds = {
    'PJSIP/102-desk': '102',
    'PJSIP/jane.doe': '999',
    'PJSIP/trunk': '+18005550100',
    'SIP/104': '105',
  };
  const channels = ['PJSIP/102-desk', 'PJSIP/jane.doe', 'PJSIP/trunk', 'PJSIP/lobby_door', 'SIP/104'];
  expect(shown(facts(channels, {}, hints, callerIds))).toEqual([
    ['102', 'PJSIP/102-desk'],
    ['103', 'PJSIP/jane.doe'],
    ['104', 'SIP/104'],
  ]);
});

it('takes the endpoint of its name for a device of FreePBX, where the database has users alone', () => {
  const database = { '/AMPUSER/101/device': '101', '/AMPUSER/102/device': '112', '/AMPUSER/103/device': 'gone' };
  expect(shown(facts(['PJSIP/101', 'SIP/112', 'PJSIP/2001'], database))).toEqual([
    ['101', 'PJSIP/101'],
    ['102', 'SIP/112'],
  ]);
});
