import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { type Piece, toPieces } from '../background/pieces.ts';
import { ConfigError } from '../problem.ts';
import type { EntryPlace } from './change.ts';
import { ChangedMeanwhile, readConfigFile, writeConfigFile } from './config-file.ts';
import { EditRefused } from './edit-refused.ts';
import { readEntry } from './entries.ts';
import { planChange } from './plan.ts';
import type { EditAnswer, EditorInput, EditRequest } from './requests.ts';
import { idsOf, rulesOf } from './rules.ts';

/*
 * The thread of `ConfigEditor`: all that reads the whole of config.yaml to change it, which for ten thousand extensions takes
 * a second. One request after the other.
 */
const { file, options } = workerData as EditorInput;
/** What was written last, until it is fetched. */
let written: Iterator<Piece> | undefined;

parentPort?.on('message', (request: EditRequest) => void answer(request));

async function answer(request: EditRequest): Promise<void> {
  let body: EditAnswer['body'];
  try {
    body = await answerTo(request);
  } catch (error) {
    body = failureOf(error);
  }
  parentPort?.postMessage({ number: request.number, body } satisfies EditAnswer);
}

async function answerTo(request: EditRequest): Promise<EditAnswer['body']> {
  switch (request.kind) {
    case 'read':
      return read(request.places);
    case 'plan':
      return plan(request);
    case 'next piece':
      return nextPiece();
  }
}

function failureOf(error: unknown): EditAnswer['body'] {
  if (error instanceof ChangedMeanwhile) return { kind: 'changed meanwhile' };
  if (error instanceof EditRefused) return { kind: 'refused', message: error.message };
  if (error instanceof ConfigError) return { kind: 'unreadable', problems: error.problems };
  return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function read(places: readonly EntryPlace[]): EditAnswer['body'] {
  const { text, revision } = readConfigFile(file);
  const entries = places.flatMap((place) => {
    const entry = readEntry(text, place);
    if (entry === undefined) return [];
    const rules = rulesOf(place, entry);
    return [{ place, entry, ...(rules && { ids: idsOf(place, rules) }) }];
  });
  return { kind: 'read', revision, entries };
}

async function plan({ changes, revision, write }: Extract<EditRequest, { kind: 'plan' }>): Promise<EditAnswer['body']> {
  const current = readConfigFile(file);
  if (revision !== undefined && revision !== current.revision) throw new ChangedMeanwhile();
  const newId = () => randomBytes(4).toString('hex');
  const { text, config, ...made } = planChange(current.text, file, changes, { ...options, newId, isDraft: !write });
  const isWritten = write && made.problems.length === 0 && text !== current.text;
  if (isWritten) await writeConfigFile(file, text, current.revision);
  written = isWritten && config ? toPieces(config, text) : undefined;
  return { kind: 'plan', revision: current.revision, isWritten, ...made };
}

function nextPiece(): EditAnswer['body'] {
  const piece: Piece | undefined = written?.next().value;
  if (piece === undefined) throw new Error('nothing was written, or it was fetched already');
  if (piece.kind === 'rest') written = undefined;
  return { kind: 'piece', piece };
}
