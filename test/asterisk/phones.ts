/** The extensions of the lab: their endpoint in Asterisk, the phone's name, its contacts' ports, its caller id. */
export const EXTENSIONS = [
  { endpoint: '101', name: '101', contacts: [6101], callerId: '"Alice" <101>' },
  { endpoint: '102', name: '102', contacts: [6102], callerId: '"Борис" <102>' },
  { endpoint: '103', name: '103', contacts: [6103], callerId: '"Carol \u{1F600}" <103>' },
  { endpoint: '104', name: '104', contacts: [6104, 6114], callerId: '"Dave" <104>' },
  { endpoint: '105', name: '105', contacts: [6105], callerId: '"Eve" <105>' },
  { endpoint: 'vn0003001', name: 'vn0003001', contacts: [6106], callerId: '"Tenant" <0003*001>' },
];

/** The trunk's other side. */
export const TRUNK_PORT = 6200;
