import type { FakeList } from './fake-asterisk.ts';

/*
 * Lists as Asterisk 22.10 answered them to a user with write=reporting, which PJSIPShowEndpoints is refused to: 101
 * without a phone, 102 with one, a phone whose endpoint is not its number, and a trunk.
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

/** Issabel with an Asterisk 16, which has no DBGetTree: peers of chan_sip, as its SIPpeers answers. */
export const ISSABEL: Record<string, FakeList> = {
  sippeers: list(
    'PeerEntry',
    'PeerlistComplete',
    ['Channeltype: SIP', 'ObjectName: 101', 'IPaddress: 192.0.2.7', 'Dynamic: yes', 'Status: OK (3 ms)'],
    ['Channeltype: SIP', 'ObjectName: 112', 'IPaddress: -none-', 'Dynamic: yes', 'Status: UNKNOWN'],
    ['Channeltype: SIP', 'ObjectName: provider', 'IPaddress: 192.0.2.1', 'Dynamic: no', 'Status: Unmonitored'],
  ),
};

/** The same trees as `database show` prints them. */
export const ISSABEL_DATABASE = {
  DEVICE: `/DEVICE/101/dial                                  : SIP/101
/DEVICE/101/user                                  : 101
/DEVICE/112/dial                                  : SIP/112
/DEVICE/112/user                                  : 102
4 results found.
`,
  AMPUSER: `/AMPUSER/101/cidname                              : Reception
/AMPUSER/101/device                               : 101
/AMPUSER/102/device                               : 112
3 results found.
`,
};
