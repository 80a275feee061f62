import { didOf, EXTENSIONS, QUIET } from './cast.ts';
import type { Added } from './settings.ts';

const EVENTS = ['dial-in', 'dial-out', 'answer-in', 'answer-out', 'hangup'];
/** What a leg's requests say besides the definition's own parameters: enough to know each leg and to compare times. */
const PARAMETERS = ['EventType', 'EventTime', 'LegID', 'Duration', 'TalkTime', 'HangupCause', 'DialStatus'];

/** The extensions of a line and of two queues, where the service has such. */
export const LINE = '900';
export const QUEUES = { '910': 'phones', '911': 'mixed' } as const;

/**
 * config.yaml of the service beside the phones, as a user with the least rights; every event of every extension is
 * sent.
 */
export function serviceConfig(receiverPort: number, outbox: string, added: readonly Added[]): string {
  const events = [...EVENTS, ...(added.includes('missed') ? ['missed'] : [])];
  const rules = (extension: string, names: readonly string[]) =>
    names
      .map((on) => `      - {on: ${on}, method: POST, url: "http://127.0.0.1:${receiverPort}/${on}/${extension}"}`)
      .join('\n');
  const extension = (name: string, about: readonly string[], names = events) =>
    [`  "${name}":`, ...about.map((line) => `    ${line}`), '    events:', rules(name, names)].join('\n');
  const desks = [...EXTENSIONS, ...QUIET].map((name) =>
    extension(name, [
      ...(name === '102' ? ['channels: [PJSIP/102, PJSIP/102-2]'] : []),
      ...(didOf(name) === undefined ? [] : [`did: "${didOf(name)}"`]),
    ]),
  );
  const groupEvents = events.filter((on) => !on.endsWith('-out'));
  const lines = added.includes('line') ? [extension(LINE, ['line: [_1800555XXXX]'], groupEvents)] : [];
  const queues = added.includes('queue')
    ? Object.entries(QUEUES).map(([name, queue]) => extension(name, [`queue: ${queue}`], groupEvents))
    : [];
  return `asterisk: {username: callevents, secret: geheim, name: lab}
outbox: ${outbox}
parameters: [${PARAMETERS.join(', ')}]
extensions:
${[...desks, ...lines, ...queues].join('\n')}
`;
}
