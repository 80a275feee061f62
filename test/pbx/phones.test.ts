import { expect, it } from '@jest/globals';
import { findPhones, type PbxFacts } from '../../src/pbx/phones.ts';

const facts = (channels: readonly string[], database: Record<string, string> = {}, hints: PbxFacts['hints'] = []) => ({
  endpoints: channels.map((channel) => ({ channel, isReachable: true })),
  database: new Map(Object.entries(database)),
  hints,
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
