import { readFileSync } from 'node:fs';
import { Extensions } from '../../src/config/directory/extensions.ts';
import type { ExpectedEvent, FixtureConfig } from './expected.ts';

/*
 * Lines and queues as extensions. No recording's own configuration has them: each is replayed with a line that takes
 * every number, and with every queue that it names.
 */

/** The extension of the line. */
export const LINE = '900';

/** Values of the caller; what is left out is unknown. */
interface FromWhom {
  /** Which of the log's calls; left out: the first. */
  call?: number;
  CallerIDNum?: string;
  CallerIDNam?: string;
}

/** A call from outside, as its line has it. */
export interface ExpectedLineCall extends FromWhom {
  CalledDID: string;
  /**
   * Which extensions answered it first and last; empty: somebody who is no extension. Left out: nobody did, so it is
   * missed.
   */
  answeredBy?: string[];
}

/** A caller in a queue. */
export interface ExpectedQueueCall extends FromWhom {
  queue: string;
  CallerExtension?: string;
  CalledNumber?: string;
  CalledDID?: string;
  /** An agent was connected with it. */
  answered?: boolean;
  /** Left out where it was answered, or the caller was by somebody else. */
  missed?: boolean;
}

export function eventsOfLine(calls: readonly ExpectedLineCall[] = []): ExpectedEvent[] {
  return calls.flatMap(({ call = 1, answeredBy, ...values }) => {
    const event = eventOf(LINE, { ...values, CallID: `call-${call}`, CalledNumber: values.CalledDID });
    if (answeredBy === undefined)
      return [event('dial-in', 'CALLING'), event('hangup', 'UNKNOWN'), event('missed', 'UNKNOWN')];
    const [first, last = first] = answeredBy;
    return [event('dial-in', 'CALLING'), event('answer-in', 'ANSWER', first), event('hangup', 'ANSWER', last)];
  });
}

export function eventsOfQueues(calls: readonly ExpectedQueueCall[] = []): ExpectedEvent[] {
  return calls.flatMap(({ call = 1, queue, answered = false, missed = false, ...values }) => {
    const event = eventOf(queue, { ...values, CallID: `call-${call}` });
    return [
      event('dial-in', 'CALLING'),
      ...(answered ? [event('answer-in', 'ANSWER')] : []),
      event('hangup', answered ? 'ANSWER' : 'UNKNOWN'),
      ...(missed ? [event('missed', 'UNKNOWN')] : []),
    ];
  });
}

function eventOf(extension: string, values: Record<string, string>) {
  return (event: string, CallStatus: string, by = extension): ExpectedEvent => ({
    event,
    extension,
    params: { ...values, CalledExtension: by, CallFlow: 'IN', CallStatus },
  });
}

/**
 * Who is an extension, when all calls from outside are on a line, and every queue that the log names is an extension.
 */
export function withGroups({ config }: Pick<FixtureConfig, 'config'>, log: string): Extensions {
  const rest = { notes: undefined, pattern: undefined, channels: undefined, did: undefined, rules: [] };
  const queues = queuesIn(log).map((key) => ({ ...rest, key, queue: key, line: undefined }));
  const line = { ...rest, key: LINE, queue: undefined, line: ['_.'] };
  return new Extensions({ ...config, extensions: [...config.extensions, line, ...queues] });
}

/** Names of the queues that a log names. */
export function queuesIn(log: string): string[] {
  const names = readFileSync(log, 'utf8').matchAll(/^Queue: (.+?)\r?$/gm);
  return [...new Set([...names].map(([, name = '']) => name))];
}
