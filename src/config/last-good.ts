import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { outboxPathOf } from './ami-settings.ts';
import { readConfigText } from './config-text.ts';

/*
 * The text of the configuration that was applied last, kept beside the outbox: a mistake made in config.yaml must not
 * keep the service from starting when the machine is started again in the night. It holds what config.yaml holds, plain
 * secrets too.
 */

/** The path of the kept text. @param outbox the path of the outbox */
export function lastGoodPath(outbox: string): string {
  return `${outbox}.config.yaml`;
}

/** Names the configuration that the text is of: another configuration with the same outbox must not get it. */
const ORIGIN = '\n# The last configuration that was applied, of ';

/**
 * Keeps a text that has been applied, readable for this user only, and never half of it.
 * @param file config.yaml, as the user named it
 * @throws an error of the system
 */
export async function keepLastGood(path: string, file: string, source: string): Promise<void> {
  const written = await open(`${path}.new`, 'w', 0o600);
  try {
    await written.writeFile(`${source}${ORIGIN}${resolve(file)}\n`);
    await written.sync();
  } finally {
    await written.close();
  }
  await rename(`${path}.new`, path);
}

/** The text that was applied last from this file; absent when none was kept, or it cannot be read. */
export function readLastGood(path: string, file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const end = text.lastIndexOf(ORIGIN);
  return text.slice(end + ORIGIN.length).trimEnd() === resolve(file) && end >= 0 ? text.slice(0, end) : undefined;
}

/**
 * The path of the outbox of a configuration that has problems, as far as its text says.
 * @param file config.yaml, as the user named it
 */
export function outboxPathDespiteProblems(file: string, env: NodeJS.ProcessEnv): string {
  let source = '';
  try {
    source = readConfigText(file);
  } catch {
    // Then the path is the default one.
  }
  const outbox = /^outbox: *(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#"'][^#\n]*?))(?: +#.*)? *\r?$/m.exec(source);
  return outboxPathOf({ file, outbox: outbox?.[1] ?? outbox?.[2] ?? outbox?.[3] }, env);
}
