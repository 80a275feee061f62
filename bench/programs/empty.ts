import { writeSync } from 'node:fs';

/** A program that does nothing but report that it runs, and wait to be killed: what Node itself takes to start. */
writeSync(1, 'ready');
setInterval(() => undefined, 60_000);
