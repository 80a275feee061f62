import { CALL_EVENT_TITLES, parseCallEventName } from '../../../event-and-parameter-names.ts';
import { printableLine } from '../../../printable.ts';
import type { ReceivedRequest } from './demo-receiver.ts';

/** How lines may look: a person at a terminal gets colours and lines that fit. */
export interface Look {
  colours: boolean;
  /** Characters in a line; absent: as many as it takes. */
  columns: number | undefined;
}

const COLOURS: Record<string, number> = { CALLING: 33, ANSWER: 32, UNKNOWN: 31 };

/** `  0.9 s  102  Dial-In     CALLING  Alice 101 → 102` */
export function lineOf({ path, params }: ReceivedRequest, seconds: number, look: Look): string {
  const { CallFlow, CallStatus = '', CallerIDNum, CallerIDNam, CallerExtension, CalledNumber } = params;
  const [, extension = '', event = ''] = path.split('/');
  const caller = [CallerIDNam, CallerExtension ?? CallerIDNum].filter((part) => part !== undefined).join(' ');
  const called = CallFlow === 'IN' ? extension : (CalledNumber ?? 'an application');
  const before = `${seconds.toFixed(1).padStart(6)} s  ${extension.padEnd(4)} ${titleOf(event).padEnd(10)}  `;
  const after = printableLine(`  ${caller === '' ? 'unknown' : caller} → ${called}`);
  const room = look.columns === undefined ? after.length : look.columns - before.length - 7;
  return `${before}${coloured(CallStatus.padEnd(7), COLOURS[CallStatus], look)}${cut(after, room)}`;
}

function titleOf(event: string): string {
  const name = parseCallEventName(event);
  return name === undefined ? event : CALL_EVENT_TITLES[name];
}

/** One request with all that it says, a parameter a line. */
export function requestInFull({ method, path, eventId, params }: ReceivedRequest): string[] {
  return [
    `${method} ${path}`,
    `X-Event-ID: ${eventId}`,
    ...Object.entries(params).map(([name, value]) => `${name.padEnd(15)} = ${value}`),
  ];
}

/** What has arrived, counted, and whether each Dial has its one Hangup. */
export function summaryOf(received: readonly ReceivedRequest[], recordings: number): string[] {
  const eventOf = ({ path }: ReceivedRequest) => path.split('/')[2] ?? '';
  const counts = Object.entries(CALL_EVENT_TITLES).map(
    ([event, title]) => `${received.filter((one) => eventOf(one) === event).length} ${title}`,
  );
  const missed = received.filter((one) => eventOf(one) === 'hangup' && one.params.CallStatus === 'UNKNOWN');
  const open = new Map<string, number>();
  for (const one of received) {
    const step = eventOf(one).startsWith('dial') ? 1 : eventOf(one) === 'hangup' ? -1 : 0;
    const leg = `${one.params.CallID} ${one.path.split('/')[1]} ${one.params.CallFlow}`;
    open.set(leg, (open.get(leg) ?? 0) + step);
  }
  const isWhole = [...open.values()].every((count) => count === 0);
  return [
    `${recordings} recordings, ${received.length} requests: ${counts.join(', ')}.`,
    `${missed.length} phones rang or called in vain (UNKNOWN). ${
      isWhole ? 'Every Dial has its one Hangup.' : 'Some calls are not over.'
    }`,
  ];
}

export function coloured(text: string, colour: number | undefined, { colours }: Look): string {
  return colours && colour !== undefined ? `\x1b[${colour}m${text}\x1b[0m` : text;
}

function cut(text: string, room: number): string {
  const characters = [...text];
  return characters.length <= room ? text : `${characters.slice(0, Math.max(0, room - 1)).join('')}…`;
}
