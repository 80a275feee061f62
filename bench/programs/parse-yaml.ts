import { readFileSync, writeSync } from 'node:fs';
import { parse } from 'yaml';

/** A program that reads a config.yaml with the yaml package, as any script would, and makes nothing of it. */
parse(readFileSync(process.argv[2] ?? '', 'utf8'));
writeSync(1, 'ready');
setInterval(() => undefined, 60_000);
