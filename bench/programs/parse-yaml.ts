import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ready } from './ready.ts';

/** A program that reads a config.yaml with the yaml package, as any script would, and makes nothing of it. */
parse(readFileSync(process.argv[2] ?? '', 'utf8'));
ready();
