import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  /** What it would get when the run is replayed. */
  replayed: join(directory, 'replayed.jsonl'),
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

/** @throws when it is no run, or one that has not ended */
export function readRun(directory: string): RunRecord {
  const files = runFiles(directory);
  const missing = [files.settings, files.story, files.arrivals].find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`"${directory}" is no run that has ended: there is no ${missing}`);
  return {
    settings: JSON.parse(readFileSync(files.settings, 'utf8')) as Settings,
    story: jsonLines<Seen>(files.story),
    arrivals: jsonLines<Arrival>(files.arrivals),
  };
}

export const writeArrivals = (path: string, arrivals: readonly Arrival[]): void =>
  writeFileSync(path, arrivals.map((arrival) => `${JSON.stringify(arrival)}\n`).join(''));

const jsonLines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
