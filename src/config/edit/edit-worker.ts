import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { type ConfigPiece, toPieces } from '../background/config-pieces.ts';
import { ConfigError } from '../config-problem.ts';
import type { EntryPlace } from './config-change.ts';
import { ChangedMeanwhile, readConfigFile, writeConfigFile } from './config-file.ts';
import { EditRefused } from './edit-refused.ts';
import type { EditAnswer, EditorInput, EditRequest } from './edit-requests.ts';
import { previewChanges } from './preview-changes.ts';
import { readEntry } from './text/extension-entries.ts';
import { idsOf, rulesOf } from './text/rule-list.ts';

/*
 * The thread of `ConfigEditor`: all that reads the whole of config.yaml to change it, which for ten thousand extensions
 * takes a second. One request after the other.
 */
const { file, options } = workerData as EditorInput;
/** The configuration that was written last, until it is fetched. */
let written: Iterator<ConfigPiece> | undefined;

parentPort?.on('message', (request: EditRequest) => void answer(request));

async function answer(request: EditRequest): Promise<void> {
  let answered: EditAnswer;
  try {
    answered = await answerTo(request);
  } catch (error) {
    answered = failureOf(error);
  }
  parentPort?.postMessage(answered);
}

async function answerTo(request: EditRequest): Promise<EditAnswer> {
  switch (request.kind) {
    case 'read':
      return read(request.places);
    case 'preview':
      return preview(request);
    case 'next piece':
      return nextPiece();
  }
}

function failureOf(error: unknown): EditAnswer {
  if (error instanceof ChangedMeanwhile) return { kind: 'changed meanwhile' };
  if (error instanceof EditRefused) return { kind: 'refused', message: error.message };
  if (error instanceof ConfigError) return { kind: 'unreadable', problems: error.problems };
  return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function read(places: readonly EntryPlace[]): EditAnswer {
  const { text, revision } = readConfigFile(file);
  const entries = places.flatMap((place) => {
    const entry = readEntry(text, place);
    if (entry === undefined) return [];
    const rules = rulesOf(place, entry);
    return [{ place, entry, ...(rules && { ids: idsOf(place, rules) }) }];
  });
  return { kind: 'read', revision, entries };
}

async function preview({ changes, revision, write }: Extract<EditRequest, { kind: 'preview' }>): Promise<EditAnswer> {
  const current = readConfigFile(file);
  if (revision !== undefined && revision !== current.revision) throw new ChangedMeanwhile();
  const newId = () => randomBytes(4).toString('hex');
  const { text, config, ...made } = previewChanges(current.text, file, changes, { ...options, newId, isDraft: !write });
  const isWritten = write && made.problems.length === 0 && text !== current.text;
  if (isWritten) await writeConfigFile(file, text, current.revision);
  written = isWritten && config ? toPieces(config, text) : undefined;
  return { kind: 'preview', revision: current.revision, isWritten, ...made };
}

function nextPiece(): EditAnswer {
  const piece: ConfigPiece | undefined = written?.next().value;
  if (piece === undefined) throw new Error('nothing was written, or it was fetched already');
  if (piece.kind === 'rest') written = undefined;
  return { kind: 'piece', piece };
}
