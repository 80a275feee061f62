import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from './expected.ts';

/** The file of a recording from Asterisk 22. */
export const fixtureLog = (name: string) => join(FIXTURES, name, 'asterisk22-pjsip.ami.log');

/** Its text. */
export const fixtureText = (name: string) => readFileSync(fixtureLog(name), 'utf8');
