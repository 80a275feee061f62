import type { FakeList } from './fake-asterisk.ts';

/*
 * Lists as Asterisk 22.10 answered them to a user with write=reporting, which PJSIPShowEndpoints is refused to: 101 without
 * a phone, 102 with one, a phone whose endpoint is not its number, and a trunk.
 */

const list = (event: string, complete: string, ...items: string[][]): FakeList => ({ event, complete, items });

export const PLAIN_PBX: Record<string, FakeList> = {
  devicestatelist: list(
    'DeviceStateChange',
    'DeviceStateListComplete',
    ['Device: PJSIP/102', 'State: NOT_INUSE'],
    ['Device: PJSIP/101', 'State: UNAVAILABLE'],
    ['Device: PJSIP/trunk', 'State: UNAVAILABLE'],
    ['Device: PJSIP/deskphone-lena', 'State: UNAVAILABLE'],
    ['Device: Custom:DND103', 'State: NOT_INUSE'],
  ),
  extensionstatelist: list('ExtensionStatus', 'ExtensionStateListComplete', [
    'Exten: 103',
    'Context: d',
    'Hint: PJSIP/deskphone-lena&Custom:DND103',
    'Status: 4',
    'StatusText: Unavailable',
  ]),
};

const row = (key: string, value: string) => [`Key: ${key}`, `Val: ${value}`];

/** FreePBX keeps in Asterisk's database which device is whose. */
export const FREEPBX: Record<string, FakeList> = {
  devicestatelist: list(
    'DeviceStateChange',
    'DeviceStateListComplete',
    ['Device: PJSIP/101', 'State: NOT_INUSE'],
    ['Device: PJSIP/1020', 'State: NOT_INUSE'],
    ['Device: PJSIP/2002', 'State: NOT_INUSE'],
  ),
  'dbgettree DEVICE': list(
    'DBGetTreeResponse',
    'DBGetTreeComplete',
    row('/DEVICE/101/dial', 'PJSIP/101'),
    row('/DEVICE/101/type', 'fixed'),
    row('/DEVICE/101/user', '101'),
    row('/DEVICE/1020/dial', 'PJSIP/1020'),
    row('/DEVICE/1020/user', '102'),
    row('/DEVICE/1099/dial', 'PJSIP/1099'),
    row('/DEVICE/1099/user', 'none'),
  ),
  'dbgettree AMPUSER': list(
    'DBGetTreeResponse',
    'DBGetTreeComplete',
    row('/AMPUSER/101/cidname', 'Alice'),
    row('/AMPUSER/101/device', '101'),
    row('/AMPUSER/102/cidname', 'Bob: sales'),
    row('/AMPUSER/102/device', '1020'),
  ),
};
