import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../harness/paths.ts';
import { StreamTemplate } from './template.ts';

/** How many events one call of the paced rows has. */
export const EVENTS_PER_CALL = 60;

/** The events of a real Asterisk 22 that a session reading every class has seen (bench/recorded). */
function recordedBlocks(): string[] {
  const text = readFileSync(join(ROOT, 'bench/recorded/asterisk22-all-classes.ami.log'), 'utf8');
  return text.split('\r\n\r\n').filter((block) => block !== '');
}

const isOfDialplan = (block: string) => /^Event: (VarSet|Newexten)\r/.test(block);
const hasAskedClass = (block: string) => /^Privilege: (system|call)\b/m.test(block);

/** The whole recording. @param classes `asked`: only `system` and `call`, which the service asks for */
export function recording(classes: 'all' | 'asked'): StreamTemplate {
  const blocks = recordedBlocks();
  return new StreamTemplate(classes === 'all' ? blocks : blocks.filter(hasAskedClass), false);
}

/** The recording's first call: 101 calls 102, who answers; until both have hung up. */
function firstCall(): string[] {
  const blocks = recordedBlocks();
  const hangups = blocks.flatMap((block, index) => (block.startsWith('Event: Hangup\r') ? [index] : []));
  return blocks.slice(0, (hangups[1] ?? 0) + 1);
}

/** One answered call of {@link EVENTS_PER_CALL} events: all of its channels' events, filled up with the dialplan's. */
export function pacedCall(): CallTemplate {
  const blocks = firstCall();
  let spare = blocks.length - EVENTS_PER_CALL;
  return callOf(blocks.filter((block) => !isOfDialplan(block) || spare-- <= 0));
}

/** The same call as the service sees it with the classes that it asks for. */
export function askedCall(): CallTemplate {
  return callOf(firstCall().filter(hasAskedClass));
}

/** A call that is played step by step; the numbers are of events. */
export interface CallTemplate {
  template: StreamTemplate;
  /** The DialBegin towards the called phone. */
  dialBegin: number;
  /** The first event of its end. */
  end: number;
}

function callOf(blocks: readonly string[]): CallTemplate {
  const find = (event: string) => blocks.findIndex((block) => block.startsWith(`Event: ${event}\r`));
  return { template: new StreamTemplate(blocks, true), dialBegin: find('DialBegin'), end: find('HangupRequest') };
}
