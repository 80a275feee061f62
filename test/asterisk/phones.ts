export interface LabExtension {
  /** In Asterisk. */
  endpoint: string;
  /** The phone's. */
  name: string;
  /** Ports of its contacts; none: the phone is not there. */
  contacts: readonly number[];
  callerId: string;
  /** Where its calls begin in the dialplan; left out: `phones`. */
  context?: string;
}

export const EXTENSIONS: readonly LabExtension[] = [
  { endpoint: '101', name: '101', contacts: [6101], callerId: '"Alice" <101>' },
  { endpoint: '102', name: '102', contacts: [6102], callerId: '"Борис" <102>' },
  { endpoint: '103', name: '103', contacts: [6103], callerId: '"Carol \u{1F600}" <103>' },
  { endpoint: '104', name: '104', contacts: [6104, 6114], callerId: '"Dave" <104>' },
  { endpoint: '105', name: '105', contacts: [6105], callerId: '"Eve" <105>' },
  { endpoint: '106', name: '106', contacts: [], callerId: '"Frank" <106>' },
  { endpoint: 'vn0003001', name: 'vn0003001', contacts: [6106], callerId: '"Tenant" <0003*001>' },
  // Names that are no numbers; Asterisk cannot dial the last one, for what stands before an `@` is a user to it.
  { endpoint: 'john.doe', name: 'john.doe', contacts: [6107], callerId: '"John Doe" <300>' },
  { endpoint: '108-home', name: '108-home', contacts: [6108], callerId: '"Kim" <108>' },
  { endpoint: '109@branch', name: '109', contacts: [6109], callerId: '"Liam" <109>' },
  // These have a dialplan in the style of FreePBX; 115 does not want to be disturbed, 116 forwards all calls.
  { endpoint: '111', name: '111', contacts: [6111], callerId: '"Grace" <111>', context: 'from-internal' },
  { endpoint: '112', name: '112', contacts: [6112], callerId: '"Heidi" <112>', context: 'from-internal' },
  { endpoint: '113', name: '113', contacts: [6113], callerId: '"Иван" <113>', context: 'from-internal' },
  { endpoint: '114', name: '114', contacts: [6119], callerId: '"Judy" <114>', context: 'from-internal' },
];

/** The trunk's other side. */
export const TRUNK_PORT = 6200;
