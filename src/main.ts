#!/usr/bin/env node
// No static import here: an older Node must get its answer before it reads a file that it cannot.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`needs Node 24 or newer, this is ${process.version} (${process.execPath})\n`);
  process.exit(78);
}
// A reload that is asked for during the start needs nothing, for the file is read then; without this the signal would
// end it. At a terminal that is what the signal is for.
const { isatty } = await import('node:tty');
if (process.argv.includes('run') && !isatty(0) && !isatty(1)) process.on('SIGHUP', () => undefined);
const { runProgram } = await import('./cli/program.ts');
process.exitCode = await runProgram(process.argv.slice(2));

export {};
