import { CALL_EVENT_NAMES } from '../../call-event-names.ts';

/** The configuration of the demo: every call event of every extension, to the built-in receiver. */
export function demoConfig(amiPort: number, webPort: number): string {
  const url = (event: string) => `http://127.0.0.1:${webPort}/{Extension}/${event}`;
  const extension = (number: number) =>
    [
      `  "${number}":`,
      '    events:',
      ...CALL_EVENT_NAMES.filter((event) => event !== 'missed').map(
        (event, index) =>
          `      - { on: ${event}, method: ${index % 2 === 0 ? 'GET' : 'POST'}, url: "${url(event).replace('{Extension}', String(number))}" }`,
      ),
    ].join('\n');
  return `asterisk:
  port: ${amiPort}
  username: demo
  secret: demo
extensions:
${[101, 102, 103, 104, 105].map(extension).join('\n')}
`;
}
