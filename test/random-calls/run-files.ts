import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arrival } from '../faults/recording-receiver.ts';
import type { Seen } from './phones/story.ts';
import type { Settings } from './settings.ts';

/** What one run leaves in its directory. */
export const runFiles = (directory: string) => ({
  settings: join(directory, 'settings.json'),
  /** What the phones saw. */
  story: join(directory, 'phones.jsonl'),
  /** What the receiver got. */
  arrivals: join(directory, 'arrivals.jsonl'),
  /** All that Asterisk said meanwhile, for a person to look at. */
  ami: join(directory, 'all.ami.log'),
  config: join(directory, 'config.yaml'),
  outbox: join(directory, 'outbox.db'),
  serviceLog: join(directory, 'service.log'),
  /** Every wrong value. */
  verdict: join(directory, 'verdict.json'),
});

export interface RunRecord {
  settings: Settings;
  story: Seen[];
  arrivals: Arrival[];
}

export function readRun(directory: string): RunRecord {
  const files = runFiles(directory);
  return {
    settings: JSON.parse(readFileSync(files.settings, 'utf8')) as Settings,
    story: jsonLines<Seen>(files.story),
    arrivals: jsonLines<Arrival>(files.arrivals),
  };
}

const jsonLines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
