import type { AmiRights } from '../config/ami-rights.ts';

const BEGIN = '; BEGIN call-events';
const END = '; END call-events';

/** The name of the user in manager.conf. */
export const USERNAME = 'callevents';

/** The AMI user to write. */
export interface ManagerUser {
  secret: string;
  /** The only address that it may log in from. */
  permit: string;
  rights: AmiRights;
}

/** The block with the user: everything between its first and last line is replaced as a whole. */
export function blockOf({ secret, permit, rights }: ManagerUser): string {
  const [everybody, nobody] = permit.includes(':')
    ? ['::/0', `${permit}/128`]
    : ['0.0.0.0/0.0.0.0', `${permit}/255.255.255.255`];
  return [
    BEGIN,
    '; Made by "call-events setup", which replaces it as a whole; "call-events setup --remove" takes it out.',
    `[${USERNAME}]`,
    `secret = ${secret}`,
    `deny = ${everybody}`,
    `permit = ${nobody}`,
    `read = ${rights.read.join(',')}`,
    `write = ${rights.write.join(',')}`,
    END,
    '',
  ].join('\n');
}

interface Found {
  /** Its offsets in the text; the end is behind its last line. */
  start: number;
  end: number;
  /** The numbers of its first and last line, from 1. */
  firstLine: number;
  lastLine: number;
}

/** The block in a file of Asterisk; absent when there is none, or its last line is missing. */
export function findBlock(text: string): Found | undefined {
  const found = /^; BEGIN call-events[^\n]*\n(?:[^\n]*\n)*?; END call-events[^\n]*(?:\n|$)/m.exec(text);
  if (found === null) return undefined;
  const start = found.index;
  const lineAt = (at: number) => text.slice(0, at).split('\n').length;
  const lines = found[0].replace(/\n$/, '').split('\n').length;
  return { start, end: start + found[0].length, firstLine: lineAt(start), lastLine: lineAt(start) + lines - 1 };
}

/** The text with this block in the place of its present block, else at its end; with the line ends of the text. */
export function withBlock(text: string, block: string): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const own = block.replaceAll('\n', end);
  const found = findBlock(text);
  if (found !== undefined) return text.slice(0, found.start) + own + text.slice(found.end);
  if (text === '') return own;
  const separator = text.endsWith(end + end) ? '' : text.endsWith(end) ? end : end + end;
  return text + separator + own;
}

/** The text without the block, and without the empty line that was put before it. */
export function withoutBlock(text: string): string {
  const found = findBlock(text);
  if (found === undefined) return text;
  const before = text.slice(0, found.start);
  const after = text.slice(found.end);
  return after === '' ? before.replace(/(\r?\n)\r?\n$/, '$1') : before + after;
}

/** The secret that the block has; absent when it has none. */
export function secretInBlock(text: string): string | undefined {
  const found = findBlock(text);
  if (found === undefined) return undefined;
  return /^secret\s*=>?\s*(\S+)/m.exec(text.slice(found.start, found.end))?.[1];
}

/** The command that removes the block. */
export const removeByHand = (file: string) => `sed -i '/^${BEGIN}/,/^${END}/d' ${file}`;
