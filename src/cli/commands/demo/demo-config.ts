import { CALL_EVENT_NAMES } from '../../../event-and-parameter-names.ts';

export interface DemoPorts {
  ami: number;
  /** Of the built-in receiver. */
  receiver: number;
  /** Of the page. */
  page: number;
}

/**
 * The configuration of the demo: every call event of most extensions, to the built-in receiver; and one that sends
 * nothing.
 * @param logLevel what is logged to the terminal
 * @param isEndless whether there is somebody to look at it: then something goes wrong, too
 */
export function demoConfig({ ami, receiver, page }: DemoPorts, isEndless: boolean, logLevel: string): string {
  const extension = (number: number, notes: string, more = '') => `  "${number}":
    notes: ${notes}
    events:
${CALL_EVENT_NAMES.map((event, index) => ruleOf(event, index % 2 === 0 ? 'GET' : 'POST', `http://127.0.0.1:${receiver}/${number}/${event}`)).join('')}${more}`;
  const wallboard = `      # Nothing listens there: see what becomes of it.
      - on: answer-in
        url: http://127.0.0.1:9/wallboard
        notes: Wallboard, switched off
`;
  return `# The demo's own configuration. It is gone when the demo ends: try what you like.
asterisk:
  port: ${ami}
  username: callevents
  secret: of-the-built-in-player

log:
  level: ${logLevel}

web:
  enabled: true
  port: ${page}

extensions:
${extension(101, 'Sales, Alice')}
${extension(102, 'Sales, Bob', isEndless ? wallboard : '')}
${extension(103, 'Support')}
  "104":
    notes: Reception
    events:
      - on: hangup
        url: http://127.0.0.1:${receiver}/104/hangup
        status: disabled
        notes: Off until the CRM is moved
${extension(105, 'Warehouse')}`;
}

const ruleOf = (event: string, method: string, url: string) => `      - on: ${event}
        method: ${method}
        url: ${url}
`;
