import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arrival } from '../faults/recording-receiver.ts';
import { runFiles } from './run-files.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const MOST_BYTES = 256 * 1024 * 1024;
/** The classes that the service's user may read (`pbx/manager.conf`); the log is that of a user who may read more. */
const CLASSES = ['system', 'call', 'agent'];

/**
 * What the receiver would get of a run today: its AMI log through `replay` with the run's own configuration. @throws
 */
export function replayRun(directory: string): Arrival[] {
  const files = runFiles(directory);
  const blocks = readFileSync(files.ami, 'utf8').split('\r\n\r\n');
  const input = blocks
    .filter(mayBeRead)
    .map((block) => `${block}\r\n\r\n`)
    .join('');
  const args = [MAIN, 'replay', '-', '--config', files.config, '--json'];
  const replay = spawnSync(process.execPath, args, { input, encoding: 'utf8', maxBuffer: MOST_BYTES });
  if (replay.status !== 0) throw new Error(`replay has failed: ${replay.stderr}`);
  return replay.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(arrivalOf);
}

function mayBeRead(block: string): boolean {
  const [, privilege = ''] = /^Privilege: (.*)$/m.exec(block) ?? [];
  return privilege.split(',').some((name) => CLASSES.includes(name));
}

function arrivalOf(line: string, index: number): Arrival {
  const { event, extension, params } = JSON.parse(line) as Pick<Arrival, 'event' | 'extension' | 'params'>;
  const at = Date.parse(params.EventTime ?? '');
  return { at, delivery: `replay-${index}`, eventId: '', event, extension, params, marks: [extension] };
}
